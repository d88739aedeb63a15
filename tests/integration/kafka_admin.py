"""What kcat cannot do: making and trimming topics, and records with times of their own, by librdkafka (which kcat brings) through ctypes.

Each call makes a client of its own, blocks until the broker has answered and raises KafkaRefused with the broker's
words. Any thread may call.
"""
import contextlib
import ctypes

_PRODUCER = 0
_ANSWER_SECONDS_MAX = 30
_POINTER, _TEXT, _SIZE, _INT = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int
_TEXT_BYTES_MAX = 512

_SIGNATURES = {
    "conf_new": (_POINTER, ()),
    "conf_set": (_INT, (_POINTER, _TEXT, _TEXT, _TEXT, _SIZE)),
    "new": (_POINTER, (_INT, _POINTER, _TEXT, _SIZE)),
    "destroy": (None, (_POINTER,)),
    "queue_new": (_POINTER, (_POINTER,)),
    "queue_destroy": (None, (_POINTER,)),
    "queue_poll": (_POINTER, (_POINTER, _INT)),
    "event_destroy": (None, (_POINTER,)),
    "event_error": (_INT, (_POINTER,)),
    "event_error_string": (_TEXT, (_POINTER,)),
    "err2str": (_TEXT, (_INT,)),
    "NewTopic_new": (_POINTER, (_TEXT, _INT, _INT, _TEXT, _SIZE)),
    "NewTopic_set_config": (_INT, (_POINTER, _TEXT, _TEXT)),
    "NewTopic_destroy": (None, (_POINTER,)),
    "CreateTopics": (None, (_POINTER, _POINTER, _SIZE, _POINTER, _POINTER)),
    "event_CreateTopics_result": (_POINTER, (_POINTER,)),
    "CreateTopics_result_topics": (_POINTER, (_POINTER, _POINTER)),
    "topic_result_error": (_INT, (_POINTER,)),
    "topic_result_error_string": (_TEXT, (_POINTER,)),
    "topic_partition_list_new": (_POINTER, (_INT,)),
    "topic_partition_list_add": (_POINTER, (_POINTER, _TEXT, ctypes.c_int32)),
    "topic_partition_list_set_offset": (_INT, (_POINTER, _TEXT, ctypes.c_int32, ctypes.c_int64)),
    "topic_partition_list_destroy": (None, (_POINTER,)),
    "NewPartitions_new": (_POINTER, (_TEXT, _SIZE, _TEXT, _SIZE)),
    "NewPartitions_destroy": (None, (_POINTER,)),
    "CreatePartitions": (None, (_POINTER, _POINTER, _SIZE, _POINTER, _POINTER)),
    "event_CreatePartitions_result": (_POINTER, (_POINTER,)),
    "CreatePartitions_result_topics": (_POINTER, (_POINTER, _POINTER)),
    "DeleteRecords_new": (_POINTER, (_POINTER,)),
    "DeleteRecords_destroy": (None, (_POINTER,)),
    "DeleteRecords": (None, (_POINTER, _POINTER, _SIZE, _POINTER, _POINTER)),
    "event_DeleteRecords_result": (_POINTER, (_POINTER,)),
    "DeleteRecords_result_offsets": (_POINTER, (_POINTER,)),
    "flush": (_INT, (_POINTER, _INT)),
    "producev": (_INT, None),
}
# What each argument of producev() is: rd_kafka_vtype_t.
_END, _TOPIC, _PARTITION, _VALUE, _KEY, _MSGFLAGS, _TIMESTAMP = map(ctypes.c_int, (0, 1, 3, 4, 5, 7, 8))
_COPY = ctypes.c_int(2)


class _Partition(ctypes.Structure):
    """rd_kafka_topic_partition_t."""
    _fields_ = [("topic", _TEXT), ("partition", ctypes.c_int32), ("offset", ctypes.c_int64), ("metadata", _POINTER),
                ("metadata_size", _SIZE), ("opaque", _POINTER), ("error", _INT), ("private", _POINTER)]


class _Partitions(ctypes.Structure):
    """rd_kafka_topic_partition_list_t."""
    _fields_ = [("count", _INT), ("size", _INT), ("elements", ctypes.POINTER(_Partition))]


class KafkaRefused(AssertionError):
    """The broker, or the client, said no."""


class _Library:
    """librdkafka with the names above, without their prefix."""

    def __init__(self):
        library = ctypes.CDLL("librdkafka.so.1")
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(library, "rd_kafka_" + name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)


def missing():
    try:
        _Library()
    except OSError:
        return "there is no librdkafka; tools/install-dependencies kafka installs it"
    return None


@contextlib.contextmanager
def _client(library, bootstrap, **more):
    """`more`: settings, as batch_num_messages."""
    problem = ctypes.create_string_buffer(_TEXT_BYTES_MAX)
    settings = library.conf_new()
    for name, value in {"bootstrap_servers": bootstrap, "log_level": 0, **more}.items():
        told = name if name == "log_level" else name.replace("_", ".")
        library.conf_set(settings, told.encode(), str(value).encode(), problem, len(problem))
    client = library.new(_PRODUCER, settings, problem, len(problem))
    if not client:
        raise KafkaRefused(problem.value.decode())
    queue = library.queue_new(client)
    try:
        yield client, queue
    finally:
        library.queue_destroy(queue)
        library.destroy(client)


@contextlib.contextmanager
def _answer(library, queue, what):
    event = library.queue_poll(queue, _ANSWER_SECONDS_MAX * 1000)
    if not event:
        raise KafkaRefused(f"{what}: no answer within {_ANSWER_SECONDS_MAX} s")
    try:
        if library.event_error(event):
            raise KafkaRefused(f"{what}: {library.event_error_string(event).decode()}")
        yield event
    finally:
        library.event_destroy(event)


def _ask_about_topic(library, bootstrap, kind, wanted, what):
    """`kind`: CreateTopics or its like, whose answer is one of topics; `wanted` its order for one."""
    with _client(library, bootstrap) as (client, queue):
        getattr(library, kind)(client, (_POINTER * 1)(wanted), 1, None, queue)
        with _answer(library, queue, what) as event:
            answered = getattr(library, f"event_{kind}_result")(event)
            results = getattr(library, f"{kind}_result_topics")(answered, ctypes.byref(_SIZE()))
            result = ctypes.cast(results, ctypes.POINTER(_POINTER))[0]
            if library.topic_result_error(result):
                raise KafkaRefused(f"{what}: {library.topic_result_error_string(result).decode()}")


def create_topic(bootstrap, topic, partitions=1, replicas=-1, settings=None):
    """`replicas` -1: as many as the cluster has by default."""
    library = _Library()
    problem = ctypes.create_string_buffer(_TEXT_BYTES_MAX)
    wanted = library.NewTopic_new(topic.encode(), partitions, replicas, problem, len(problem))
    if not wanted:
        raise KafkaRefused(f"create topic {topic}: {problem.value.decode()}")
    for name, value in (settings or {}).items():
        library.NewTopic_set_config(wanted, name.encode(), str(value).encode())
    try:
        _ask_about_topic(library, bootstrap, "CreateTopics", wanted, f"create topic {topic}")
    finally:
        library.NewTopic_destroy(wanted)


def add_partitions(bootstrap, topic, count):
    """Until it has `count` of them."""
    library = _Library()
    problem = ctypes.create_string_buffer(_TEXT_BYTES_MAX)
    wanted = library.NewPartitions_new(topic.encode(), count, problem, len(problem))
    if not wanted:
        raise KafkaRefused(f"add partitions to {topic}: {problem.value.decode()}")
    try:
        _ask_about_topic(library, bootstrap, "CreatePartitions", wanted, f"add partitions to {topic}")
    finally:
        library.NewPartitions_destroy(wanted)


def delete_records(bootstrap, topic, partition, before):
    """Moves the start of the log to offset `before`, as retention does when time has passed."""
    library = _Library()
    offsets = library.topic_partition_list_new(1)
    library.topic_partition_list_add(offsets, topic.encode(), partition)
    library.topic_partition_list_set_offset(offsets, topic.encode(), partition, before)
    request = library.DeleteRecords_new(offsets)
    library.topic_partition_list_destroy(offsets)
    try:
        with _client(library, bootstrap) as (client, queue):
            library.DeleteRecords(client, (_POINTER * 1)(request), 1, None, queue)
            what = f"delete records of {topic} before {before}"
            with _answer(library, queue, what) as event:
                answered = library.DeleteRecords_result_offsets(library.event_DeleteRecords_result(event))
                partitions = ctypes.cast(answered, ctypes.POINTER(_Partitions)).contents
                if partitions.elements[0].error:
                    raise KafkaRefused(f"{what}: {library.err2str(partitions.elements[0].error).decode()}")
    finally:
        library.DeleteRecords_destroy(request)


def produce_at(bootstrap, topic, records, batch):
    """(partition, time in milliseconds, key, value) each, in order, acknowledged; a key of None is none. At most `batch` of
    them stand in one batch of the topic."""
    library = _Library()
    with _client(library, bootstrap, batch_num_messages=batch) as (client, _):
        for partition, time_ms, key, value in records:
            its_key = None if key is None else key.encode()
            error = library.producev(
                _POINTER(client), _TOPIC, _TEXT(topic.encode()), _PARTITION, ctypes.c_int32(partition), _MSGFLAGS, _COPY,
                _TIMESTAMP, ctypes.c_int64(time_ms), _KEY, _TEXT(its_key), _SIZE(len(its_key or b"")), _VALUE,
                _TEXT(value.encode()), _SIZE(len(value.encode())), _END)
            if error:
                raise KafkaRefused(f"produce to {topic}: {library.err2str(error).decode()}")
        if error := library.flush(client, _ANSWER_SECONDS_MAX * 1000):
            raise KafkaRefused(f"produce to {topic}: {library.err2str(error).decode()}")
