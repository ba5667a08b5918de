"""Shopify's published Admin schema, fetched once through the package client.

The schema is not ours to commit: the npm package ``@shopify/dev-mcp`` carries it
as an introspection result, and it is kept in the user's cache.
"""

import functools
import gzip
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    build_client_schema,
    parse,
    validate,
)

from . import API_VERSION

PACKAGE = "@shopify/dev-mcp@1.16.0"
MEMBER = "package/dist/data/admin_{version}.json.gz"
FETCH_S = 300
OVERRIDE = "RETAIL_SYNC_SHOPIFY_SCHEMA"


class SchemaError(Exception):
    """The published schema is neither in the cache nor to be had."""


def cache_folder() -> Path:
    """Give the folder for files that are fetched and never committed."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "retail-sync"


def schema_file(version: str = API_VERSION) -> Path:
    """Give the path of the schema file, fetching it when it is not there.

    :raises SchemaError: when the package client is missing or fails
    """
    given = os.environ.get(OVERRIDE)
    if given:
        return Path(given)
    target = cache_folder() / f"admin_{version}.json.gz"
    if not target.exists():
        fetch(version, target)
    return target


def fetch(version: str, target: Path) -> None:
    """Put the schema of ``version`` at ``target``, whole or not at all."""
    npm = shutil.which("npm")
    if not npm:
        raise SchemaError(
            f"Shopify's schema is needed and npm is not installed. Install npm, or "
            f"put {MEMBER.format(version=version)} of {PACKAGE} at {target}."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        archive = _packed(npm, Path(folder))
        _extract(archive, MEMBER.format(version=version), target)


def _packed(npm: str, folder: Path) -> Path:
    try:
        run = subprocess.run(
            [npm, "pack", "--silent", PACKAGE],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=FETCH_S,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise SchemaError(f"npm did not fetch {PACKAGE} in {FETCH_S} s.") from late
    archives = list(folder.glob("*.tgz"))
    if run.returncode or not archives:
        raise SchemaError(f"npm could not fetch {PACKAGE}: {run.stderr[-500:]}")
    return archives[0]


def _extract(archive: Path, member: str, target: Path) -> None:
    with tarfile.open(archive) as tar:
        try:
            source = tar.extractfile(member)
        except KeyError:
            source = None
        if source is None:
            raise SchemaError(f"{PACKAGE} has no file {member}")
        part = archive.with_suffix(".part")
        part.write_bytes(source.read())
        part.replace(target)


@functools.lru_cache(maxsize=2)
def _content(version: str) -> dict:
    with gzip.open(schema_file(version)) as stream:
        return json.load(stream)


@functools.lru_cache(maxsize=2)
def load_schema(version: str = API_VERSION) -> GraphQLSchema:
    """Build the schema. It breaks a rule of GraphQL, so it is taken as valid:
    deprecated fields implement interface fields that are not deprecated."""
    content = _content(version)
    return build_client_schema(content.get("data", content), assume_valid=True)


@functools.lru_cache(maxsize=2)
def load_scopes(version: str = API_VERSION) -> dict[str, frozenset[str]]:
    """Give the scopes that open a type, any of them, by the type's name."""
    items = _content(version).get("offline_scopes", {}).get("items", ())
    return {
        item["typeName"]: frozenset(item["offlineScopes"])
        for item in items
        if item["type"] == "type" and item.get("offlineScopes")
    }


@functools.lru_cache(maxsize=512)
def checked(text: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    """Parse and validate a document once; give it and what is wrong with it.

    >>> document, errors = checked("{ shop { name } }")
    """
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, (error,)
    return document, tuple(validate(load_schema(), document))
