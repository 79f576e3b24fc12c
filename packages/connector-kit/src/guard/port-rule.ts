/**
 * Which ports may be reached at a public address: those of HTTP, and the unprivileged ones that web servers are
 * put on, without those where something else usually listens.
 *
 * A public address is open to everybody, so this protects third parties more than the operator: an installation
 * must not be usable to probe mail servers or to write HTTP into somebody's database or broker. Ports of
 * an address that the operator allowed are not restricted.
 */
const HTTP_PORTS = [80, 443];
const FIRST_UNPRIVILEGED = 1_024;

/** The fetch standard's blocked ports above 1023, which browsers refuse as well. */
const BLOCKED_BY_BROWSERS = [
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10080,
];

/**
 * SQL Server, Oracle, MySQL, PostgreSQL and its pooler, Redis and Sentinel, CouchDB, Cassandra, InfluxDB,
 * Elasticsearch, Memcached, MongoDB, Neo4j, ClickHouse.
 */
const DATABASES = [
  1433, 1434, 1521, 3306, 33060, 5432, 6432, 6379, 6380, 16379, 26379, 5984, 7199, 9042, 9160, 8086, 9200,
  9300, 11211, 27017, 27018, 27019, 7687, 9440,
];

/** MQTT, AMQP and RabbitMQ, STOMP, ActiveMQ, NATS, Kafka, ZooKeeper, etcd, Consul. */
const BROKERS = [
  1883, 8883, 4369, 5671, 5672, 25672, 61613, 61616, 4222, 6222, 9092, 9093, 9094, 2181, 2888, 3888, 2379,
  2380, 8300, 8301, 8302, 8500, 8600,
];

/** Docker, kubelet, SOCKS, RDP, VNC, WinRM, printers, X11's other displays. */
const REMOTE_CONTROL = [
  2375, 2376, 2377, 10250, 10255, 10256, 1080, 3389, 5900, 5901, 5985, 5986, 9100, 6001, 6002, 6003,
];

const NOT_HTTP = new Set([BLOCKED_BY_BROWSERS, DATABASES, BROKERS, REMOTE_CONTROL].flat());

export function isPortForbidden(port: number): boolean {
  if (HTTP_PORTS.includes(port)) return false;
  return port < FIRST_UNPRIVILEGED || NOT_HTTP.has(port);
}
