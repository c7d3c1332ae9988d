using System.Text.Json;
using DurableDrill.Integrity;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>How two files of ids are compared.</summary>
public sealed record FileVerificationOptions
{
    /// <summary>Whether duplicated ids fail (exactly-once, at-most-once) or are told (at-least-once).</summary>
    public Guarantee Guarantee { get; init; } = Guarantee.ExactlyOnce;

    /// <summary>At most this many intervals of a class are in the result; 1 or more, default 100.</summary>
    public int MaxIntervals { get; init; } = 100;

    /// <summary>Where classes that have more are written in full, as CLASS.ids (docs/id-list-format.md); null: nowhere.</summary>
    public string? IdsFolder { get; init; }
}

/// <summary>What the comparison of two files of ids says. Counts are of distinct ids.</summary>
public sealed record FileVerificationResult
{
    /// <summary>Passed, failed, or, when nothing was expected, inconclusive.</summary>
    public required IntegrityStatus Status { get; init; }

    /// <summary>Why it is not passed, one line each.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Ids in the file of expected ids.</summary>
    public required long Expected { get; init; }

    /// <summary>Expected ids that are in the other file.</summary>
    public required long Delivered { get; init; }

    /// <summary>Expected ids that are not.</summary>
    public required long Lost { get; init; }

    /// <summary>Ids, expected or not, that the other file holds more than once.</summary>
    public required long Duplicated { get; init; }

    /// <summary>Ids of the other file that nobody expected.</summary>
    public required long Unexpected { get; init; }

    /// <summary>Ids that were expected more than once; they count once.</summary>
    public required long ExpectedTwice { get; init; }

    /// <summary>Lines without an id, in both files; they are skipped.</summary>
    public required long EmptyLines { get; init; }

    /// <summary>The ids of delivered, lost, duplicated and unexpected.</summary>
    public required IReadOnlyDictionary<IdClass, ClassIds> Classes { get; init; }

    /// <summary>Writes it as the serializer would, which takes longer to start than a million ids to compare.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("status", DrillJson.NameOf(Status));
        json.WriteStartArray("reasons");
        foreach (var reason in Reasons)
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
        json.WriteNumber("expected", Expected);
        json.WriteNumber("delivered", Delivered);
        json.WriteNumber("lost", Lost);
        json.WriteNumber("duplicated", Duplicated);
        json.WriteNumber("unexpected", Unexpected);
        json.WriteNumber("expected_twice", ExpectedTwice);
        json.WriteNumber("empty_lines", EmptyLines);
        json.WriteStartObject("classes");
        foreach (var (idClass, ids) in Classes)
        {
            json.WritePropertyName(DrillJson.NameOf(idClass));
            Write(json, ids);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ClassIds ids)
    {
        json.WriteStartObject();
        json.WriteNumber("count", ids.Count);
        json.WriteStartArray("intervals");
        foreach (var interval in ids.Intervals)
        {
            json.WriteStartObject();
            json.WriteString("first", interval.First);
            json.WriteString("last", interval.Last);
            json.WriteNumber("count", interval.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("truncated", ids.Truncated);
        if (ids.File is not null)
        {
            json.WriteString("file", ids.File);
        }

        json.WriteEndObject();
    }
}
