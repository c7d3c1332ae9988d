using System.Text.Json;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Sources;

/// <summary>Samples as JSON Lines, the form in which every store keeps a burst.</summary>
internal static class SampleLines
{
    public static byte[] Write(IReadOnlyList<Sample> samples)
    {
        using var lines = new MemoryStream();
        foreach (var sample in samples)
        {
            JsonSerializer.Serialize(lines, sample, DrillJson.Options);
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }

    /// <param name="content">What <see cref="Write"/> wrote.</param>
    /// <param name="place">Where it lies, for errors.</param>
    /// <exception cref="InvalidDataException">A line is no sample.</exception>
    public static IReadOnlyList<Sample> Read(byte[] content, string place)
    {
        var samples = new List<Sample>();
        using var lines = new StreamReader(new MemoryStream(content));
        while (lines.ReadLine() is { } line)
        {
            try
            {
                samples.Add(JsonSerializer.Deserialize<Sample>(line, DrillJson.Options));
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"{place}, line {samples.Count + 1}: not a sample ({error.Message})", error);
            }
        }

        return samples;
    }
}
