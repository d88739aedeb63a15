"""What the tests of access and of attacks share: keys made by the program, tokens signed without it, certificates, and a
socket over which anything can be said."""
import hashlib
import hmac
import pathlib
import re
import socket
import ssl
import subprocess

ROLES = ("ingest", "read", "admin")
SECRET = "the secret of these tests, which is no secret"


def make_keys(program, folder):
    """(file of access.keys_file, {role: key}) by `potik key create`."""
    path = pathlib.Path(folder) / "keys"
    keys = {}
    for role in ROLES:
        made = subprocess.run([str(program), "key", "create", "--role", role, "--name", f"{role}-key", "--file", str(path)],
                              capture_output=True, text=True, timeout=60, check=True)
        keys[role] = made.stdout.strip()
        assert re.fullmatch(r"pk-[0-9a-f]{64}", keys[role]), made.stdout
    return path, keys


def make_secret(folder):
    path = pathlib.Path(folder) / "viewer-secret"
    path.write_text(SECRET)
    path.chmod(0o600)
    return path


def sign(user, expiry_s, secret=SECRET):
    """A viewer's token as docs/security.md describes it."""
    body = f"v1.{user.encode().hex()}.{expiry_s}"
    return body + "." + hmac.new(secret.encode(), b"potik viewer token\n" + body.encode(), hashlib.sha256).hexdigest()


def bearer(text):
    return {"Authorization": f"Bearer {text}"} if text else {}


def make_certificate(folder, name="server", names="DNS:localhost,IP:127.0.0.1"):
    """(certificate, key), signed by itself."""
    certificate, key = (pathlib.Path(folder) / f"{name}.{kind}" for kind in ("crt", "key"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName={names}", "-keyout", str(key),
                    "-out", str(certificate)], capture_output=True, timeout=60, check=True)
    return certificate, key


def trusting(certificate):
    return ssl.create_default_context(cafile=str(certificate))


class RawSocket:
    """Says what no proper client says."""

    def __init__(self, port, seconds=15, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), timeout=seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """False if the other side has closed."""
        try:
            self.socket.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))
        except OSError:
            return False
        return True

    def answer(self):
        """Everything until the other side closes; what a reset leaves of it."""
        seen = b""
        try:
            while piece := self.socket.recv(65536):
                seen += piece
        except ConnectionResetError:
            pass
        return seen


def statuses(answer):
    """Of all the answers that stand one after the other."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


def raw(port, data, seconds=15):
    """Everything that is answered to these bytes."""
    with RawSocket(port, seconds) as connection:
        connection.send(data)
        return connection.answer()
