"""Settings and secrets: misspelt, unusable or readable by others, and the host does not start."""

import json
import os
import stat
from pathlib import Path
from typing import Final

import pytest

from meldpunt.server.app import open_host
from meldpunt.server.secrets import HostSecrets, SecretsError, load_or_make_secrets
from meldpunt.server.settings import PREFIX, Settings, SettingsError
from meldpunt.server.store.database.url import UnknownDatabaseError, open_store
from tests.support.hosts import make_settings

VALUE: Final = "hunter2"


def read(**variables: str) -> Settings:
    return Settings.from_environment({PREFIX + name: text for name, text in variables.items()})


def test_a_host_runs_without_any_setting() -> None:
    settings = Settings.from_environment({"PATH": "/bin", "meldpunt_nothing": "x"})
    assert settings == Settings()
    assert settings.frontend_origins == ()


def test_every_setting_can_be_handed_on() -> None:
    settings = make_settings(
        f"postgresql://user:{VALUE}@host/database",
        Path("/somewhere/secrets.json"),
        challenge_seconds=77,
        queue_size=5,
    )
    assert Settings.from_environment(settings.to_environment()) == settings
    assert Settings.from_environment(Settings().to_environment()) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_ULR", f"postgresql://user:{VALUE}@host/x"),
        ("ORIGIN", f"https://{VALUE}.example"),
        ("ORIGINS", f"https://{VALUE}.example/"),
        ("ORIGINS", f"{VALUE}.example"),
        ("ORIGINS", f"ftp://{VALUE}.example"),
        ("ORIGINS", f"https://{VALUE}.Example"),
        ("ORIGINS", f"https://a.example, https://{VALUE}.example"),
        ("ORIGINS", ""),
        ("FRONTEND_ORIGINS", "*"),
        ("FRONTEND_ORIGINS", "Null"),
        ("FRONTEND_ORIGINS", "localhost:3000"),
        ("CONTACT_NAME", ""),
        ("CONTACT_URL", f"{VALUE}.example"),
        ("CONTACT_EMAIL", f"{VALUE}.example"),
        ("CHALLENGE_SECONDS", "9"),
        ("CHALLENGE_SECONDS", "3601"),
        ("CHALLENGE_SECONDS", VALUE),
        ("QUEUE_SIZE", "0"),
        ("ATTACHMENTS", f"ftp://{VALUE}/x"),
        ("ATTACHMENTS", f"s3://{VALUE.upper()}"),
        ("ATTACHMENTS", f"https://{VALUE}.example/bucket"),
        ("S3_ENDPOINT", f"{VALUE}.example"),
        ("S3_ENDPOINT", f"https://{VALUE}.example/path"),
        ("PATCH_BYTES", "65535"),
        ("UPLOAD_DAYS", "0"),
        ("ORIGINS", f"https://{VALUE}.example:443"),
        ("ORIGINS", f"http://{VALUE}.example:80"),
        ("SECRETS_FILE", ""),
        ("BULLETINS", ""),
        ("S3_KEY_ID", ""),
    ],
)
def test_an_unusable_setting_is_named_and_not_quoted(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(**{name: value})
    assert PREFIX + name in str(caught.value)
    assert VALUE not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_unusable_setting_says_why() -> None:
    with pytest.raises(SettingsError) as caught:
        read(UPLOAD_DAYS="0", ORIGINS="https://report.example/", QUEUE="7", PATCH_BYTES="many")
    told = str(caught.value).partition(" Known settings")[0]
    assert "MELDPUNT_UPLOAD_DAYS: a whole number from 1 to 90, in digits alone" in told
    assert "MELDPUNT_ORIGINS: origins such as https://report.example, without a path" in told
    assert "MELDPUNT_QUEUE: there is no such setting" in told
    assert "MELDPUNT_PATCH_BYTES: a whole number from 65536 to 1073741824" in told


# Each of these is unusable for every setting but the few for which it is.
@pytest.mark.parametrize("name", Settings.model_fields)
@pytest.mark.parametrize("value", ["", "-1 \n"])
def test_whatever_is_wrong_is_told_in_words_of_our_own(name: str, value: str) -> None:
    try:
        read(**{name.upper(): value})
    except SettingsError as error:
        told = str(error)
    else:
        told = ""
        assert name in TAKES[value]
    assert "input" not in told.lower()
    assert "string should" not in told.lower()


PATHS: Final = ("secrets_file", "bulletins", "attachments")
TAKES: Final = {
    "": ("frontend_origins",),
    "-1 \n": ("database_url", "contact_name", "s3_key_id", "s3_secret", *PATHS),
}
"""Settings that take a value for now; what it names is looked at when it is opened."""


@pytest.mark.parametrize(
    "url",
    [
        "",
        "meldpunt.db",
        "mysql://x",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///a.db?mode=ro",
        "postgres://host/x",
        "postgresql://host/x?sslmode=require",
        "postgresql://host:port/x",
    ],
)
def test_a_database_that_cannot_be_opened_is_told_before_it_is_tried(url: str) -> None:
    with pytest.raises(UnknownDatabaseError, match="MELDPUNT_DATABASE_URL"):
        open_store(url)


async def test_a_postgresql_on_a_socket_or_with_tls_is_taken() -> None:
    for url in ("postgresql://u@/x?host=/run/postgresql", "postgresql://u@h/x?ssl=require"):
        await open_store(url).close()


def test_no_setting_shows_a_password() -> None:
    url = f"postgresql://user:{VALUE}@host/x"
    settings = read(DATABASE_URL=url, ATTACHMENTS="s3://bucket", S3_KEY_ID=VALUE, S3_SECRET=VALUE)
    assert VALUE not in repr(settings) + str(settings)


@pytest.mark.parametrize("given", [{}, {"S3_KEY_ID": "x"}, {"S3_SECRET": "x"}])
def test_an_object_store_without_its_keys_stops_the_start(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        read(ATTACHMENTS="s3://bucket/prefix", **given)
    missing = {"S3_KEY_ID", "S3_SECRET"} - given.keys()
    named = str(caught.value).partition(" Known settings")[0]
    assert all(PREFIX + name in named for name in missing)


@pytest.mark.parametrize("place", ["/var/lib/meldpunt files", "files", "../x:y", "s3", "s3:files"])
def test_a_folder_may_have_any_name_that_is_no_url(place: str) -> None:
    assert read(ATTACHMENTS=place).attachments == place


def test_secrets_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    old_mask = os.umask(0)
    try:
        made = load_or_make_secrets(path)
    finally:
        os.umask(old_mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_make_secrets(path) == made
    assert made != load_or_make_secrets(tmp_path / "other.json")
    assert len(made.challenge_key) == len(made.receipt_seed) == len(made.receipt_key) == 32


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620, 0o601])
def test_secrets_that_others_can_reach_stop_the_start(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secrets.json"
    load_or_make_secrets(path)
    path.chmod(mode)
    with pytest.raises(SecretsError, match="chmod 600"):
        open_host(make_settings(f"sqlite:///{tmp_path / 'x.db'}", path))
    path.chmod(0o600)
    load_or_make_secrets(path)


@pytest.mark.parametrize("path", [Path("/dev/null"), Path("/dev")])
def test_nobody_is_told_to_close_a_folder_or_device_that_is_named_by_mistake(path: Path) -> None:
    with pytest.raises(SecretsError, match="is no file") as caught:
        load_or_make_secrets(path)
    assert "chmod" not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        f'"{VALUE}"',
        json.dumps({"version": 1, "challengeKey": VALUE, "receiptSeed": VALUE}),
        json.dumps({"version": 1, "challengeKey": "A" * 43, "receiptSeed": 7}),
        json.dumps({"version": 2, "challengeKey": "A" * 43, "receiptSeed": "A" * 43}),
    ],
)
def test_a_file_of_something_else_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(SecretsError) as caught:
        load_or_make_secrets(path)
    assert VALUE not in str(caught.value)
    assert path.read_text() == content


def test_secrets_show_nothing_of_themselves() -> None:
    secrets = HostSecrets(VALUE.encode(), VALUE.encode())
    assert VALUE not in repr(secrets) + str(secrets)
