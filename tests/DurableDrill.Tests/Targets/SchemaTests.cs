using System.Text.Json;
using DurableDrill.Documents;
using DurableDrill.Plans;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Targets;

/// <summary>The JSON Schemas that editors use, and the readers, say the same.</summary>
public class SchemaTests
{
    private static readonly JsonElement Plan = JsonDocument.Parse(StarterFiles.PlanSchema).RootElement;
    private static readonly JsonElement Target = JsonDocument.Parse(StarterFiles.TargetSchema).RootElement;

    [Fact]
    public void Schemas_TheirExamples_AreReadWithoutAFinding()
    {
        foreach (var example in Plan.GetProperty("examples").EnumerateArray())
        {
            Assert.Empty(PlanReader.Read(example.GetRawText(), "example.json").Findings.Select(f => f.ToString()));
        }

        foreach (var example in Target.GetProperty("examples").EnumerateArray())
        {
            Assert.Empty(TargetReader.Read(example.GetRawText(), "example.json").Findings.Select(f => f.ToString()));
        }
    }

    [Fact]
    public void Schemas_TheirFields_AreThoseOfTheReaders()
    {
        // The readers note what they ask for; the examples make them ask for everything.
        var findings = new FindingList();
        foreach (var example in Plan.GetProperty("examples").EnumerateArray())
        {
            PlanReader.Read(example.GetRawText(), "example.json", null, findings);
        }

        foreach (var example in Target.GetProperty("examples").EnumerateArray())
        {
            TargetReader.Read(example.GetRawText(), "example.json", new(), findings);
        }

        Assert.Equal(
            FieldsOf(Plan, "plan").Concat(FieldsOf(Target, "target")).OrderBy(line => line, StringComparer.Ordinal),
            findings.Vocabulary.Select(kind => $"{kind.Key}: {string.Join(", ", kind.Value)}").OrderBy(line => line, StringComparer.Ordinal));
    }

    /// <summary>"KIND: its fields" of the schema's top and of each of its definitions that has fields.</summary>
    private static IEnumerable<string> FieldsOf(JsonElement schema, string top) =>
        schema.GetProperty("$defs").EnumerateObject().Select(d => (d.Name, d.Value)).Prepend((top, schema))
            .Where(d => d.Item2.TryGetProperty("properties", out _))
            .Select(d => $"{d.Item1}: {string.Join(", ", d.Item2.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal))}");
}
