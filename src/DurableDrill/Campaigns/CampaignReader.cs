using System.Globalization;
using DurableDrill.Documents;

namespace DurableDrill.Campaigns;

/// <summary>Reads the definition of a campaign. Like a plan it names targets and defines no command, URL or connection.</summary>
public static class CampaignReader
{
    /// <summary>What <see cref="IsName"/> allows, in words.</summary>
    public const string NameRule = "lower case letters, digits and '-', a letter or digit first, at most 32";

    private const int MostDrills = 500;
    private static readonly DurationRange Held = new(TimeSpan.Zero, TimeSpan.FromHours(24), Open: true);

    /// <summary>Whether a text can be the name of a campaign: it becomes a file's or a blob's name and part of ids.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= 32 && text[0] != '-'
        && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    /// <summary>Reads a definition, YAML or JSON.</summary>
    /// <param name="name">The campaign's name.</param>
    /// <param name="definition">What was written.</param>
    public static Reading<CampaignDefinition> Read(string name, CampaignText definition) => Read(name, definition, new());

    internal static Reading<CampaignDefinition> Read(string name, CampaignText definition, FindingList findings)
    {
        if (DocumentText.Read(definition.Text, definition.Source, findings) is not { } map)
        {
            return findings.Close<CampaignDefinition>(null);
        }

        var fields = new Fields(map, "campaign", findings);
        if (fields.Text("campaign", "a name") is { } said && said != name)
        {
            findings.Error(fields.Find("campaign")!, $"found \"{said}\"; the campaign at hand is \"{name}\"");
        }

        var schedule = ReadSchedule(fields);
        var enabled = fields.Find("enabled") is null || fields.Flag("enabled");
        var repeat = ReadRepeat(fields);
        var once = ReadDrills(fields);
        fields.Done();
        if (once.Count * (long)repeat > MostDrills)
        {
            findings.Error(fields.Find("drills")!, $"{once.Count * (long)repeat} drills in all; a run has at most {MostDrills}");
            repeat = 1;
        }

        return findings.Close(schedule is null ? null : new CampaignDefinition
        {
            Campaign = name,
            Schedule = schedule,
            Enabled = enabled,
            Drills = [.. Enumerable.Repeat(once, repeat).SelectMany(drills => drills)],
        });
    }

    private static CampaignSchedule? ReadSchedule(Fields fields)
    {
        var expression = fields.RequiredText("schedule", "a cron expression");
        var zone = fields.Text("time_zone", "an IANA time zone") ?? "UTC";
        var (schedule, wrong, wrongZone) = CampaignSchedule.Read(expression, zone);
        if (wrong is not null && expression.Length > 0)
        {
            fields.Findings.Error(fields.Find("schedule")!, wrong);
        }

        if (wrongZone is not null && fields.Find("time_zone") is { } node)
        {
            fields.Findings.Error(node, wrongZone);
        }

        return schedule;
    }

    private static List<CampaignDrill> ReadDrills(Fields fields)
    {
        var node = fields.Require("drills", "a list of drills");
        var items = fields.Items("drills");
        if (node is ListNode && items.Count == 0)
        {
            fields.Findings.Error(node, "holds nothing; at least one drill is expected");
        }

        var drills = new List<CampaignDrill>();
        foreach (var item in items)
        {
            if (Values.Map(item, "campaign_drill", fields.Findings) is { } map)
            {
                drills.AddRange(Enumerable.Repeat(ReadDrill(map), ReadRepeat(map)));
                map.Done();
            }
        }

        return drills;
    }

    private static CampaignDrill ReadDrill(Fields map) => new(
        map.RequiredText("target", "the name of a target"),
        map.RequiredText("drill", "the name of one of its drills"),
        map.Find("hold") is null ? null : map.Duration("hold", TimeSpan.Zero, Held),
        ReadSeed(map));

    /// <summary>A seed; the HTTP API reads it too.</summary>
    internal static ulong? ReadSeed(Fields fields)
    {
        if (fields.Find("seed") is not { } node)
        {
            return null;
        }

        return node is ScalarNode scalar && ulong.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : Values.Wrong<ulong?>(node, fields.Findings, "a whole number, 0 or more", null);
    }

    private static int ReadRepeat(Fields fields) => (int)(fields.Number("repeat", n => n is >= 1 and <= MostDrills && n == Math.Floor(n), $"whole, 1 to {MostDrills}") ?? 1);
}
