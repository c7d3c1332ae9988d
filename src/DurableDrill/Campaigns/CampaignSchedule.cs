using NCrontab;

namespace DurableDrill.Campaigns;

/// <summary>
/// When a campaign is due: a cron expression as the timer trigger of Azure Functions reads it (six fields, seconds first; five are allowed too) on the
/// clocks of a time zone. Where those clocks jump forward, what was due in the hole is due when it is over; where they are set back, it is due the
/// first time only. An expression that is due in every hour (its hours start with '*') has neither problem and simply goes on.
/// </summary>
public sealed class CampaignSchedule
{
    /// <summary>No transition moves clocks further.</summary>
    private static readonly TimeSpan Jump = TimeSpan.FromHours(3);

    private readonly CrontabSchedule cron;
    private readonly TimeZoneInfo zone;
    private readonly bool hourly;

    private CampaignSchedule(CrontabSchedule cron, TimeZoneInfo zone, bool hourly, string expression, string zoneName)
    {
        this.cron = cron;
        this.zone = zone;
        this.hourly = hourly;
        (Expression, TimeZone) = (expression, zoneName);
    }

    /// <summary>The cron expression, as written.</summary>
    public string Expression { get; }

    /// <summary>The time zone's IANA name.</summary>
    public string TimeZone { get; }

    /// <summary>Reads an expression.</summary>
    /// <returns>The schedule, or what is wrong with the expression or the zone; null where that is nothing.</returns>
    public static (CampaignSchedule? Schedule, string? Wrong, string? WrongZone) Read(string expression, string timeZone)
    {
        var wrongZone = TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone)
            ? null
            : $"found \"{timeZone}\"; an IANA time zone such as Europe/Berlin or UTC is expected";
        var fields = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is not (5 or 6))
        {
            return (null, $"found \"{expression}\"; six fields (second minute hour day month weekday), or five without seconds, are expected", wrongZone);
        }

        if (fields.Length == 6 && !fields[0].All(char.IsAsciiDigit))
        {
            return (null, $"found \"{fields[0]}\" for seconds; one number is expected: campaigns are looked at once a minute", wrongZone);
        }

        try
        {
            var cron = CrontabSchedule.Parse(expression, new() { IncludingSeconds = fields.Length == 6 });
            return (wrongZone is null ? new(cron, zone!, fields[^4].StartsWith('*'), expression, timeZone) : null, null, wrongZone);
        }
        catch (CrontabException error)
        {
            return (null, $"found \"{expression}\"; {error.Message}", wrongZone);
        }
    }

    /// <summary>When it is due after one instant and up to another, in order.</summary>
    public IEnumerable<DateTimeOffset> Between(DateTimeOffset after, DateTimeOffset upTo) => cron
        .GetNextOccurrences(LocalOf(after - Jump), LocalOf(upTo + Jump))
        .SelectMany(InstantsOf)
        .Where(instant => instant > after && instant <= upTo)
        .Distinct()
        .Order();

    /// <summary>When it is due next; null: never, or not within four years (the 30th of February).</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var end = LocalOf(after).AddYears(4).AddDays(1);
        for (var local = LocalOf(after - Jump); ;)
        {
            local = cron.GetNextOccurrence(local, end);
            if (local >= end)
            {
                return null;
            }

            // A few hours on, so that instants that clocks put in another order are compared.
            var due = cron.GetNextOccurrences(local.AddTicks(-1), local + Jump).SelectMany(InstantsOf).Where(instant => instant > after).ToList();
            if (due.Count > 0)
            {
                return due.Min();
            }
        }
    }

    private DateTime LocalOf(DateTimeOffset instant) => DateTime.SpecifyKind(TimeZoneInfo.ConvertTime(instant, zone).DateTime, DateTimeKind.Unspecified);

    private IEnumerable<DateTimeOffset> InstantsOf(DateTime local)
    {
        if (zone.IsInvalidTime(local))
        {
            // Clocks never show it. By the offset of the day before, it is as long after the jump as it would have been after its begin.
            return hourly ? [] : [new DateTimeOffset(local, zone.GetUtcOffset(local.AddDays(-1))).ToUniversalTime()];
        }

        return zone.IsAmbiguousTime(local)
            ? zone.GetAmbiguousTimeOffsets(local).OrderDescending().Take(hourly ? 2 : 1).Select(offset => new DateTimeOffset(local, offset).ToUniversalTime())
            : [new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime()];
    }
}
