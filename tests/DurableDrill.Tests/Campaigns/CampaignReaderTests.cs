using System.Text.Json;
using DurableDrill.Campaigns;
using DurableDrill.Documents;

namespace DurableDrill.Tests.Campaigns;

public sealed class CampaignReaderTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(Resource("campaign.schema.json")).RootElement;

    [Fact]
    public void Read_OfTheSchemasExample_RepeatsDrillsAndTheWholeList()
    {
        var example = Schema.GetProperty("examples")[0].GetRawText();

        var reading = CampaignReader.Read("nightly", new("nightly.json", example));

        Assert.Empty(reading.Findings);
        Assert.Equal(
            ["worker", "worker", "worker", "chaos", "worker", "worker", "worker", "chaos"],
            reading.Value!.Drills.Select(drill => drill.Drill));
        Assert.Equal(("Europe/Berlin", true), (reading.Value.Schedule.TimeZone, reading.Value.Enabled));
    }

    [Fact]
    public void Schema_ItsFields_AreThoseOfTheReader()
    {
        var findings = new FindingList();
        CampaignReader.Read("nightly", new("nightly.json", Schema.GetProperty("examples")[0].GetRawText()), findings);

        Assert.Equal(FieldsOf(Schema), findings.Vocabulary["campaign"]);
        Assert.Equal(FieldsOf(Schema.GetProperty("$defs").GetProperty("campaign_drill")), findings.Vocabulary["campaign_drill"]);
    }

    [Fact]
    public void Read_WithMistakes_FindsAllOfThem()
    {
        var reading = CampaignReader.Read("nightly", new("nightly.yaml",
            """
            campaign: other
            schedule: at noon
            time_zone: Middle/Earth
            enabled: perhaps
            repeat: 0
            drills:
              - { target: orders, hold: 0s, seed: some, repeat: 1.5, plan: {} }
              - worker
            every: day
            """));

        Assert.Null(reading.Value);
        Assert.Equal(
            ["campaign", "drills[0].drill", "drills[0].hold", "drills[0].plan", "drills[0].repeat", "drills[0].seed", "drills[1]", "enabled", "every", "repeat", "schedule", "time_zone"],
            reading.Errors.Select(error => error.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_OfTooManyDrills_IsRefused() => Assert.Contains("600 drills in all", Assert.Single(CampaignReader.Read(
        "nightly", new("nightly.yaml", "schedule: 0 2 * * *\nrepeat: 3\ndrills: [ { target: orders, drill: worker, repeat: 200 } ]")).Errors).Message);

    private static IEnumerable<string> FieldsOf(JsonElement schema) =>
        schema.GetProperty("properties").EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal);

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(CampaignReader).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
