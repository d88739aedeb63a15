package potik.flink;

/**
 * Records of one partition and one slice on their way from Kafka.
 *
 * @param frame of kind `records`
 * @param next offset behind its last record
 * @param count of records
 */
record Slab(byte[] frame, long next, int count) {}
