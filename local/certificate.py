"""The certificate of HTTPS on this machine: made here, for localhost alone, signed by nobody else."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from local.workspace import STATE

FOLDER = STATE / "https"
VALID = dt.timedelta(days=397)  # browsers take none that lasts longer
RENEWED = dt.timedelta(days=30)


@dataclass(frozen=True)
class Files:
    """PEM files; a program that is given the certificate as an authority trusts the local cloud."""

    certificate: Path
    key: Path


def make(folder: Path = FOLDER) -> Files:
    """The files, made if there are none or if the certificate ends within a month."""
    files = Files(folder / "certificate.pem", folder / "key.pem")
    now = dt.datetime.now(dt.UTC)
    if files.certificate.exists() and files.key.exists():
        known = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        if known.not_valid_after_utc - now > RENEWED:
            return files
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), *(x509.IPAddress(ipaddress.ip_address(it)) for it in ("127.0.0.1", "::1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    files.key.touch(mode=0o600)
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    files.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return files
