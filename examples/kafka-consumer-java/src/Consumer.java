import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads Stellwerk's events from Kafka with kafka-clients alone, and prints a line for each.
 *
 *     java -cp 'kafka-clients.jar:…' Consumer.java
 *
 * An event is a CloudEvents message in Kafka's binary mode: its attributes are headers, its value is the body that the
 * platform sent, byte for byte. `io.cloudevents:cloudevents-kafka` reads the same.
 */
public class Consumer {
  /** The topic may hold an event twice. A real reader stores the id with what it makes of the event, in one transaction. */
  private static final Set<String> handled = new HashSet<>();

  public static void main(String[] args) throws InterruptedException {
    Map<String, Object> settings = Map.of(
        "bootstrap.servers", env("KAFKA_BROKERS", "127.0.0.1:9094"),
        "group.id", env("GROUP", "example-java"),
        // Only as long as this group has read nothing; later it goes on where it stopped.
        "auto.offset.reset", "earliest",
        "enable.auto.commit", false);
    var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    var reader = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      consumer.wakeup();
      try {
        reader.join();
      } catch (InterruptedException ignored) {
        Thread.currentThread().interrupt();
      }
    }));

    try (consumer) {
      consumer.subscribe(List.of(env("TOPIC", "stellwerk.events")));
      while (true) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) handle(record);
        // After handling: what was read and not handled comes again.
        consumer.commitSync();
      }
    } catch (WakeupException told) {
      System.out.println("stopped");
    }
  }

  private static void handle(ConsumerRecord<String, byte[]> record) {
    String id = header(record, "ce_id");
    String type = header(record, "ce_type");
    if (id == null || type == null) {
      // Throwing here would bring the same record again and again, and stop the partition.
      System.out.println("skipped: no CloudEvents headers at " + record.partition() + "/" + record.offset());
    } else if (handled.add(id)) {
      System.out.println(id + " " + type + " about " + header(record, "ce_subject")
          + " as " + header(record, "content-type") + ": " + new String(record.value(), UTF_8));
    } else {
      System.out.println(id + " again");
    }
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  private static String env(String name, String fallback) {
    return System.getenv().getOrDefault(name, fallback);
  }
}
