// Reads what Beaconfire tells your agency, one line an event; the same as subscribe.py, in Java 17.
//
//   java -cp 'kafka-clients.jar:…' Subscribe.java HOST:PORT CODE USER PASSWORD_FILE CA_FILE [PREFIX [MOST]]

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

public class Subscribe {
    public static void main(String[] asked) throws Exception {
        String agency = asked[1];
        String prefix = asked.length > 5 ? asked[5] : "beaconfire";
        int most = asked.length > 6 ? Integer.parseInt(asked[6]) : -1;
        // The newest version of each key: repeats and what comes late change nothing.
        Map<String, Long> versions = new HashMap<>();
        int fresh = 0;
        try (var consumer = new KafkaConsumer<String, String>(
                settings(asked), new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(prefix + ".shared." + agency + ".v1"));
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

    private static Map<String, String> told(ConsumerRecord<String, String> record) {
        Map<String, String> told = new HashMap<>();
        for (Header header : record.headers()) {
            told.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        return told;
    }

    private static Properties settings(String[] asked) throws Exception {
        String password = Files.readString(Path.of(asked[3])).strip();
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
