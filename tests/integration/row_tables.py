"""The tables of an analytical store, for tests that hold one against another."""
# Its mark may stand behind: a server's moves also over epochs that have no rows.
NOT_ROWS = "progress"


def summed(potik, what):
    """How many rows a question gives, and what they are, in whatever order. `potik` can be asked in SQL."""
    return potik.sql(f"select count(*), sum(hash(t)::hugeint)::text, bit_xor(hash(t))::text from ({what}) t")[0]


def contents(potik):
    """The same, by table."""
    tables = [row[0] for row in potik.sql("show tables")]
    return {table: summed(potik, f"from {table}") for table in tables if table != NOT_ROWS}


def last_epoch(potik):
    return potik.sql("select epoch from progress")[0][0]


def drained(sink, epoch, seconds):
    """The tables of a `potik sink`, which is started unless it runs, when it has stored this epoch."""
    if not sink.running():
        sink.start()
    sink.wait_until(lambda: sink.metrics()["potik_store_epoch"] >= epoch, seconds, f"epoch {epoch} was not stored")
    return contents(sink)


def differences(expected, found):
    """As sentences."""
    return [f"table {table} has {found.get(table)} and not {expected.get(table)}"
            for table in sorted(expected.keys() | found.keys()) if expected.get(table) != found.get(table)]
