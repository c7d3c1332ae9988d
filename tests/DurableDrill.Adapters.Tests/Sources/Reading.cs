using DurableDrill.Adapters.Sources;
using DurableDrill.Integrity;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Tests.Sources;

/// <summary>Opens and reads sources as a target file would name them.</summary>
internal static class Reading
{
    public static IdSourceHost Host { get; } = new(
        reference => reference == "env:PG" ? TestServers.PostgresServer.Password : throw new InvalidOperationException($"no secret {reference}"),
        (signal, _) => signal == "produced" ? Task.FromResult(3.0) : throw new InvalidOperationException($"no signal {signal}"));

    public static SourceSpec Spec(string kind, string address, params IReadOnlyList<(string Name, string Value)> options) =>
        new(kind, address, options.ToDictionary(option => option.Name, option => option.Value));

    public static IIdSource Open(SourceSpec spec) => IdSources.Create(spec, "integrity.actual", Host);

    public static async Task<List<IdRecord>> AllAsync(SourceSpec spec)
    {
        await using var source = Open(spec);
        return await AllAsync(source);
    }

    public static async Task<List<string>> IdsAsync(IIdSource source) => [.. (await AllAsync(source)).Select(record => record.Id)];

    private static async Task<List<IdRecord>> AllAsync(IIdSource source)
    {
        var records = new List<IdRecord>();
        await foreach (var batch in source.ReadAsync(default))
        {
            records.AddRange(batch);
        }

        return records;
    }

    public static string TemporaryFile(string content)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, content);
        return path;
    }
}
