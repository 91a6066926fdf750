// Reads what Beaconfire tells your agency, one line an event; the same as subscribe.py, in Java 17.
//
//   java -cp 'kafka-clients.jar:…' Subscribe.java HOST:PORT CODE USER PASSWORD_FILE CA_FILE [PREFIX [MOST]]
//
// Where the brokers are not reached or refuse you, it ends with one line and exit code 2.

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

public class Subscribe {
    private static final int EXIT_REFUSED = 2;
    private static final Duration REACHED_MAX = Duration.ofSeconds(15);

    public static void main(String[] asked) {
        if (asked.length < 5) {
            System.err.println("asked for: HOST:PORT CODE USER PASSWORD_FILE CA_FILE [PREFIX [MOST]]");
            System.exit(EXIT_REFUSED);
        }
        String topic = (asked.length > 5 ? asked[5] : "beaconfire") + ".shared." + asked[1] + ".v1";
        try {
            read(topic, asked.length > 6 ? Integer.parseInt(asked[6]) : -1, settings(asked));
        } catch (KafkaException | IOException error) {
            System.err.println("cannot read " + topic + ": " + why(error, asked));
            System.exit(EXIT_REFUSED);
        }
    }

    private static void read(String topic, int most, Properties settings) {
        // The newest version of each key: repeats and what comes late change nothing.
        Map<String, Long> versions = new HashMap<>();
        int fresh = 0;
        try (var consumer = new KafkaConsumer<String, String>(
                settings, new StringDeserializer(), new StringDeserializer())) {
            // polling alone would wait for ever
            if (consumer.partitionsFor(topic, REACHED_MAX).isEmpty()) {
                throw new UnknownTopicOrPartitionException("nothing was told so far, or the code is another");
            }
            consumer.subscribe(List.of(topic));
            while (fresh != most) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    Map<String, String> told = told(record);
                    String type = told.getOrDefault("ce_type", "");
                    if (!type.startsWith("beaconfire.shared.")) continue;
                    long version = Long.parseLong(told.get("ce_keyversion"));
                    if (version <= versions.getOrDefault(record.key(), 0L)) continue;
                    versions.put(record.key(), version);
                    fresh++;
                    System.out.println(type + " " + record.key() + " " + version);
                }
                consumer.commitSync();
            }
        }
    }

    // A broker tells a stranger nothing of why; so does one that is not there.
    private static String why(Exception error, String[] asked) {
        if (error instanceof TimeoutException) {
            return "the brokers at " + asked[0] + " are not reached: is the address right, do they speak TLS?";
        }
        Throwable cause = error;
        while (cause.getCause() != null) cause = cause.getCause();
        String said = cause.getMessage() == null ? "" : cause.getMessage().replaceAll("\\s+", " ");
        return cause.getClass().getSimpleName() + ": " + said;
    }

    private static Map<String, String> told(ConsumerRecord<String, String> record) {
        Map<String, String> told = new HashMap<>();
        for (Header header : record.headers()) {
            told.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        return told;
    }

    private static Properties settings(String[] asked) throws IOException {
        String password = Files.readString(Path.of(asked[3])).strip();
        if (!Files.isReadable(Path.of(asked[4]))) throw new NoSuchFileException(asked[4]);
        Properties settings = new Properties();
        settings.put("bootstrap.servers", asked[0]);
        settings.put("group.id", "agency." + asked[1] + ".java");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        settings.put("security.protocol", "SASL_SSL");
        settings.put("sasl.mechanism", "SCRAM-SHA-512");
        settings.put("sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
                        + asked[2] + "\" password=\"" + password + "\";");
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.location", asked[4]);
        return settings;
    }
}
