#!/usr/bin/env python3
"""Writes the certificates of a PEM file as a trust store that Java reads (JKS).

    trust_store.py CERTIFICATES.pem STORE.jks

For machines whose certificates are named in SSL_CERT_FILE, which Java does not look at. keytool would do it too, one
certificate and one second at a time.
"""
import base64
import hashlib
import pathlib
import re
import struct
import sys

PASSWORD = "changeit"   # Java's own default; the store holds nothing secret
_MAGIC, _VERSION, _TRUSTED_CERTIFICATE = 0xFEEDFEED, 2, 2


def text(value):
    return struct.pack(">H", len(value)) + value.encode()


def store(pem):
    certificates = [base64.b64decode(body) for body in
                    re.findall(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", pem, re.DOTALL)]
    content = struct.pack(">III", _MAGIC, _VERSION, len(certificates))
    for number, certificate in enumerate(certificates):
        created_ms = 0
        content += struct.pack(">I", _TRUSTED_CERTIFICATE) + text(f"certificate-{number}") + struct.pack(">Q", created_ms)
        content += text("X.509") + struct.pack(">I", len(certificate)) + certificate
    return content + hashlib.sha1(PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + content).digest()


if __name__ == "__main__":
    source, target = map(pathlib.Path, sys.argv[1:])
    target.write_bytes(store(source.read_text(errors="replace")))
