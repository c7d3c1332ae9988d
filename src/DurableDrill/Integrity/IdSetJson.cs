using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableDrill.Integrity;

/// <summary>
/// A set of ids as JSON: <c>{"sequences":[{"prefix":"p1-","digits":12,"runs":[1,42,44,44]}],"others":["…"]}</c>,
/// each run as its first and last number. In order, so that equal sets are equal texts.
/// </summary>
internal sealed class IdSetJson : JsonConverter<IdSet>
{
    private sealed record Sequence(string Prefix, int Digits, ulong[] Runs);

    private sealed record Content(IReadOnlyList<Sequence> Sequences, IReadOnlyList<string> Others);

    public override IdSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var content = JsonSerializer.Deserialize<Content>(ref reader, options) ?? throw new JsonException("A set of ids is missing.");
        var set = IdSet.Of(content.Others);
        foreach (var sequence in content.Sequences)
        {
            foreach (var run in sequence.Runs.Chunk(2))
            {
                set.AddRun(sequence.Prefix, sequence.Digits, run[0], run[1]);
            }
        }

        set.Compact();
        return set;
    }

    public override void Write(Utf8JsonWriter writer, IdSet value, JsonSerializerOptions options)
    {
        var sequences = value.Runs()
            .GroupBy(run => (run.Prefix, run.Digits))
            .Select(shape => new Sequence(shape.Key.Prefix, shape.Key.Digits, [.. shape.SelectMany(run => new[] { run.First, run.Last })]));
        JsonSerializer.Serialize(writer, new Content([.. sequences], [.. value.Others()]), options);
    }
}
