using System.Text;
using System.Text.RegularExpressions;
using DurableDrill.Documents;

namespace DurableDrill.Targets;

/// <summary>
/// A first target file for a compose project that is there already: its services as components, roles guessed from images, published ports as health checks,
/// a drill for each, and the questions that only its owner can answer, marked.
/// </summary>
public static partial class ComposeStarter
{
    private static readonly (string Image, string Role)[] Roles =
    [
        ("zookeeper", "other"), ("prometheus", "other"), ("grafana", "other"), ("exporter", "other"),
        ("kafka", "broker"), ("redpanda", "broker"), ("rabbitmq", "broker"), ("pulsar", "broker"),
        ("flink", "processor"), ("spark", "processor"), ("stream", "processor"), ("processor", "processor"), ("worker", "processor"), ("consumer", "processor"),
        ("postgres", "sink"), ("cassandra", "sink"), ("mysql", "sink"), ("mongo", "sink"), ("clickhouse", "sink"), ("elasticsearch", "sink"),
        ("producer", "producer"), ("generator", "producer"),
    ];

    /// <summary>The target file's text.</summary>
    /// <param name="compose">The compose file's text.</param>
    /// <param name="source">Its path, as the target file shall name it and messages do.</param>
    /// <param name="name">The target's name, which is the compose project's too unless that is answered otherwise.</param>
    public static Reading<string> Read(string compose, string source, string name)
    {
        var findings = new FindingList();
        var entries = ((YamlText.Read(compose, source, findings) as MapNode)?.Find("services")?.Value as MapNode)?.Entries ?? [];
        List<Service> services = [.. entries.Where(IsComponent).Select(ServiceOf)];
        if (!findings.HasErrors && services.Count == 0)
        {
            findings.Error("services", null, $"{source} names no service");
        }

        return findings.Close(findings.HasErrors ? null : Write(services, source, name));
    }

    private static string Write(List<Service> services, string source, string name)
    {
        var known = services.Select(service => service.Name).ToHashSet();
        var (broker, sink) = (services.Find(service => service.Role == "broker"), services.Find(service => service.Role == "sink"));
        var labelled = services.TrueForAll(service => service.Labelled == name);
        var text = new StringBuilder();
        Line($"# A first target file for {source}. Answer the questions (search for \"?\"), then: drill validate {name}.yaml; drill run NAME --target {name}.yaml");
        Line($"target: {name}");
        Line("carrier: docker");
        Line($"project: {name}              # ? the compose project: docker compose ls names it; often the folder's name");
        if (!labelled)
        {
            Line($"allow_unlabelled: true   # ? better: give the services the label durabledrill.target: {name}, and take this line away");
        }

        Line("");
        Line("components:");
        foreach (var service in services)
        {
            var healthy = service.Port is { } port ? $", healthy: {{ tcp: \"127.0.0.1:{port}\" }}" : "";
            var after = service.After.Where(known.Contains).ToList();
            var order = after.Count > 0 ? $", after: [{string.Join(", ", after)}]" : "";
            Line($"  {service.Name}: {{ service: {service.Name}, role: {service.Role}{order}{healthy} }}   # {service.Remark}");
        }

        Line("");
        Line("# ? How the flow is measured. Without \"stored\", the counter of events in the sink, no recovery can be seen: one of these, or any other source of docs/target-file.md.");
        Line("signals:");
        Line($"  stored: {{ command: \"? a command that prints a number, such as psql -U postgres -Atc 'select count(*) from events'\", in: {(sink ?? services[^1]).Name} }}");
        Line($"  # produced: {{ http: \"http://127.0.0.1:PORT/status\", value: $.sent }}");
        Line($"  # backlog: {{ kafka: \"127.0.0.1:{broker?.Port ?? "PORT"}\", topic: events, group: processor }}");
        Line("");
        Line("# ? How every event is proved; left out: \"was anything lost?\" is answered \"not observable\".");
        Line("# integrity:");
        Line("#   guarantee: at-least-once");
        Line("#   expected: { ledger: none }   # ? or the producer's own list; without one, nobody knows what never reached the topic");
        Line(broker is { Port: null }
            ? $"#   topic: {{ command: \"kafka-console-consumer --bootstrap-server localhost:9092 --topic events --from-beginning --timeout-ms 10000\", in: {broker.Name}, match: '\"id\":\"([^\"]+)\"' }}"
            : $"#   topic: {{ kafka: \"127.0.0.1:{broker?.Port ?? "PORT"}\", topic: events, id: $.id }}");
        Line(sink is { Port: null }
            ? $"#   actual: {{ command: \"psql -U postgres app -Atc 'select id from events'\", in: {sink.Name}, keyed: true }}"
            : $"#   actual: {{ postgres: \"127.0.0.1:{sink?.Port ?? "PORT"}\", database: app, table: events, id: id }}");
        Line($"#   quiesce: {services.Find(service => service.Role == "producer")?.Name ?? services[0].Name}   # ? the producer, which is frozen before ids are read");
        Line("");
        Line("drills:");
        foreach (var service in services.Where(service => service.Role != "other").DefaultIfEmpty(services[0]))
        {
            Line($"  {service.Name}: {{ faults: [{{ {(service.Role is "broker" or "sink" ? "stop" : "kill")}: {service.Name}, for: 30s }}] }}");
        }

        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    /// <summary>One that prepares something and ends is no component; people call it something with "init".</summary>
    private static bool IsComponent(Entry service) =>
        service.Value is MapNode && Names.Valid(service.Key) && !service.Key.Contains("init", StringComparison.Ordinal);

    private static Service ServiceOf(Entry entry)
    {
        var map = (MapNode)entry.Value;
        var image = Text(map, "image") ?? "built here";
        var restart = Text(map, "restart");
        return new(
            entry.Key,
            RoleOf(entry.Key, image),
            map.Find("ports")?.Value is ListNode ports ? ports.Items.Select(PortOf).FirstOrDefault(port => port is not null) : null,
            map.Find("depends_on")?.Value switch
            {
                ListNode list => [.. list.Items.OfType<ScalarNode>().Select(item => item.Text)],
                MapNode others => [.. others.Entries.Select(other => other.Key)],
                _ => [],
            },
            LabelOf(map.Find("labels")?.Value),
            $"{image}; the role is guessed{(restart is null or "no" ? "" : $"; restart: {restart}, so that a crash heals itself")}");
    }

    private static string RoleOf(string service, string image) =>
        Roles.Where(role => service.Contains(role.Image, StringComparison.OrdinalIgnoreCase)).Concat(
            Roles.Where(role => image.Contains(role.Image, StringComparison.OrdinalIgnoreCase))).Select(role => role.Role).FirstOrDefault() ?? "other";

    private static string? Text(MapNode map, string key) => map.Find(key)?.Value is ScalarNode { IsNull: false } scalar ? scalar.Text : null;

    private static string? LabelOf(Node? labels) => labels switch
    {
        MapNode map => Text(map, "durabledrill.target"),
        ListNode list => list.Items.OfType<ScalarNode>().Select(item => item.Text.Split('=', 2))
            .Where(parts => parts is ["durabledrill.target", _]).Select(parts => parts[1]).FirstOrDefault(),
        _ => null,
    };

    /// <summary>The port on this machine; null: the engine chooses one.</summary>
    private static string? PortOf(Node port) => port switch
    {
        MapNode map => Text(map, "published"),
        ScalarNode scalar when Published().Match(scalar.Text) is { Success: true } match => match.Groups[1].Value,
        _ => null,
    };

    [GeneratedRegex(@"(?:^|:)(\d{1,5}):\d{1,5}(?:/tcp)?$")]
    private static partial Regex Published();

    private sealed record Service(string Name, string Role, string? Port, IReadOnlyList<string> After, string? Labelled, string Remark);
}
