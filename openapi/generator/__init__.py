"""Makes the test vectors in openapi/vectors: `python -m openapi.generator`, or `--check`."""
