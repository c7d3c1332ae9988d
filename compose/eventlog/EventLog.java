import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * The event-log job: Kafka topic "event-logs" -> Cassandra table logs.events, a row per event.
 *
 * <p>A row is an upsert by the event's id in the bucket of the minute in which the event was made, so that an event that is written again replaces itself.
 * The job keeps no state: Flink commits its offsets to the group with each checkpoint, when all rows before it are stored, and a job that is
 * started anew goes on from there. At least once, whatever is killed.
 */
public final class EventLog {
  private static final String INSERT = "INSERT INTO logs.events (bucket, id, created_at, body) VALUES (?, ?, ?, ?)";

  private EventLog() {}

  public static void main(String[] arguments) throws Exception {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    KafkaSource<String> events = KafkaSource.<String>builder()
        .setBootstrapServers(arguments[0])
        .setTopics("event-logs")
        .setGroupId("event-log")
        .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
        .setValueOnlyDeserializer(new SimpleStringSchema())
        .build();
    environment.fromSource(events, WatermarkStrategy.noWatermarks(), "events").sinkTo(new EventTable(arguments[1])).name("cassandra");
    environment.execute("event-log");
  }

  /** The table, at a node. */
  private record EventTable(String host) implements Sink<String> {
    @Override
    @SuppressWarnings("deprecation") // Flink 1.20 has no other way to implement a sink.
    public SinkWriter<String> createWriter(InitContext context) {
      return new EventWriter(host);
    }
  }

  /** Writes rows side by side; one that fails fails the job, which then goes on from its last checkpoint. */
  private static final class EventWriter implements SinkWriter<String> {
    private static final int SIDE_BY_SIDE = 256;

    private final ObjectMapper json = new ObjectMapper();
    private final Queue<CompletableFuture<?>> writes = new ArrayDeque<>();
    private final CqlSession session;
    private final PreparedStatement insert;

    EventWriter(String host) {
      session = CqlSession.builder()
          .addContactPoint(new InetSocketAddress(host, 9042))
          .withLocalDatacenter("datacenter1")
          .withClassLoader(EventLog.class.getClassLoader())
          .withConfigLoader(DriverConfigLoader.programmaticBuilder(EventLog.class.getClassLoader())
              .withString(DefaultDriverOption.REQUEST_CONSISTENCY, "LOCAL_QUORUM")
              .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofSeconds(5))
              .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, Duration.ofSeconds(5))
              .build())
          .build();
      insert = session.prepare(INSERT);
    }

    @Override
    public void write(String body, Context context) throws IOException, InterruptedException {
      JsonNode event = json.readTree(body);
      Instant created = Instant.parse(event.path("created_at").asText());
      writes.add(session.executeAsync(insert.bind(created.getEpochSecond() / 60, event.path("id").asText(), created, body)).toCompletableFuture());
      while (!writes.isEmpty() && (writes.peek().isDone() || writes.size() > SIDE_BY_SIDE)) {
        settle(writes.remove());
      }
    }

    /** Flink calls it before each checkpoint. */
    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
      while (!writes.isEmpty()) {
        settle(writes.remove());
      }
    }

    @Override
    public void close() {
      session.forceCloseAsync();
    }

    private static void settle(CompletableFuture<?> write) throws IOException, InterruptedException {
      try {
        write.get();
      } catch (ExecutionException error) {
        throw new IOException("Cassandra did not take a row", error.getCause());
      }
    }
  }
}
