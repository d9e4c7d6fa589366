"""What binds published tables to their proof: the SHA-256 of every file of both, in the certificate."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

CERTIFICATE = "disclosure_certificate.json"
SALT = "salt.txt"


class OtherProof(Exception):
    """The proof that lies beside the published figures is that of others, or does not hold."""


def digest_files(published: Path, proof: Path) -> dict[str, dict[str, str]]:
    """The SHA-256 of each published table and of each file of a proof, by its name.

    A proof has few hidden counts that a stranger would not know: he could try them all. So the salt of the proof, which
    stays with it, is read before each of its files.
    """
    salt = (proof / SALT).read_bytes() if (proof / SALT).exists() else b""
    return {
        "tables": {file.name: sha256(file.read_bytes()).hexdigest() for file in published.glob("*.parquet")},
        "proof": {
            file.name: sha256(salt + file.read_bytes()).hexdigest()
            for file in proof.glob("*")
            if file.is_file() and file.name != SALT
        },
    }


def find_unsealed(published: Path, proof: Path) -> list[str]:
    """The files of both that are not those that the certificate names, or are missing."""
    if not (published / CERTIFICATE).exists():
        return [CERTIFICATE]
    said = json.loads((published / CERTIFICATE).read_text(encoding="utf-8")).get("sha256", {})
    found = digest_files(published, proof)
    return sorted(
        file
        for kind, digests in found.items()
        for file in digests.keys() | said.get(kind, {}).keys()
        if digests.get(file) != said.get(kind, {}).get(file)
    )


def check_tables(published: Path, proof: Path) -> None:
    """Raises OtherProof where a table or a file of the proof is not the one that the certificate names."""
    unsealed = find_unsealed(published, proof)
    if unsealed:
        raise OtherProof(
            f"{unsealed[0]} is not the one that the certificate in {published} names: a run was cut off or a file was "
            "changed by hand, so run `sna refresh` and ask again."
        )
