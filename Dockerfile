# The host: `meldpunt serve` on port 8000, its SQLite database on the volume /data.
# TLS belongs in front of it. Settings: MELDPUNT_… variables (meldpunt serve --help).

FROM python:3.11-slim AS build
WORKDIR /build
COPY requirements/build.txt requirements/server.txt requirements/
RUN python -m venv /opt/meldpunt \
 && /opt/meldpunt/bin/pip install --no-cache-dir --require-hashes -r requirements/server.txt \
 && pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY migrations migrations
RUN pip wheel --no-deps --no-build-isolation --wheel-dir wheels . \
 && /opt/meldpunt/bin/pip install --no-cache-dir --no-deps --no-index wheels/*.whl \
 && /opt/meldpunt/bin/python -m compileall -q /opt/meldpunt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin meldpunt \
 && install --directory --owner=meldpunt --mode=0700 /data
COPY --from=build /opt/meldpunt /opt/meldpunt
ENV PATH=/opt/meldpunt/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER meldpunt
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/v1/health', timeout=4)"]
CMD ["meldpunt", "serve", "--host", "0.0.0.0", "--port", "8000"]
