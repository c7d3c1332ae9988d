using DurableDrill.Campaigns;

namespace DurableDrill.Tests.Campaigns;

public sealed class CampaignScheduleTests
{
    [Theory]
    [InlineData("0 0 2 * * *", "UTC", "2026-01-01T00:00Z", "2026-01-01T02:00Z")]
    [InlineData("0 2 * * *", "UTC", "2026-01-01T02:00Z", "2026-01-02T02:00Z")]
    [InlineData("30 */15 * * * *", "UTC", "2026-01-01T00:00Z", "2026-01-01T00:00:30Z")]
    [InlineData("0 0 2 * * *", "Europe/Berlin", "2026-01-01T00:00Z", "2026-01-01T01:00Z")]
    [InlineData("0 0 2 * * *", "America/New_York", "2026-07-01T00:00Z", "2026-07-01T06:00Z")]
    [InlineData("0 0 9 * * MON-FRI", "Europe/Berlin", "2026-01-02T09:00Z", "2026-01-05T08:00Z")]
    [InlineData("0 0 0 29 2 *", "UTC", "2026-01-01T00:00Z", "2028-02-29T00:00Z")]
    public void Next_IsOnTheZonesClocks(string expression, string zone, string after, string expected) =>
        Assert.Equal(At(expected), Schedule(expression, zone).Next(At(after)));

    [Fact]
    public void Next_OfADayThatNeverComes_IsNull() => Assert.Null(Schedule("0 0 0 30 2 *").Next(At("2026-01-01T00:00Z")));

    [Theory] // Berlin: clocks jump from 2:00 to 3:00 on 2026-03-29 at 01:00Z, and are set back from 3:00 to 2:00 on 2026-10-25 at 01:00Z.
    [InlineData("0 30 2 * * *", "2026-03-28T12:00Z", "2026-03-29T12:00Z", "01:30")]
    [InlineData("0 30 2 * * *", "2026-10-24T12:00Z", "2026-10-25T12:00Z", "00:30")]
    [InlineData("0 0 3 * * *", "2026-03-28T12:00Z", "2026-03-29T12:00Z", "01:00")]
    [InlineData("0 30 * * * *", "2026-03-29T00:00Z", "2026-03-29T03:00Z", "00:30 01:30 02:30")]
    [InlineData("0 30 * * * *", "2026-10-24T23:00Z", "2026-10-25T02:00Z", "23:30 00:30 01:30")]
    public void Between_WhereClocksAreMoved_IsDueOnceAndInEveryHour(string expression, string after, string upTo, string expected) =>
        Assert.Equal(expected, string.Join(' ', Schedule(expression, "Europe/Berlin").Between(At(after), At(upTo)).Select(due => $"{due:HH:mm}")));

    [Fact]
    public void Next_IsTheFirstOfBetween_AllYearLong()
    {
        foreach (var expression in new[] { "0 30 2 * * *", "0 15 * * * *", "0 0 */5 * * *" })
        {
            var schedule = Schedule(expression, "Europe/Berlin");
            var now = At("2026-01-01T00:00Z");
            foreach (var due in schedule.Between(now, now.AddYears(1)))
            {
                Assert.Equal(due, schedule.Next(now));
                now = due;
            }
        }
    }

    [Theory]
    [InlineData("* * * * * *", "one number is expected")]
    [InlineData("*/10 * * * * *", "one number is expected")]
    [InlineData("* * * *", "six fields")]
    [InlineData("0 0 25 * * *", "25")]
    [InlineData("0 0 2 * * tuesdayish", "tuesdayish")]
    public void Read_OfAWrongExpression_SaysWhatIsWrong(string expression, string says)
    {
        var (schedule, wrong, _) = CampaignSchedule.Read(expression, "UTC");

        Assert.Null(schedule);
        Assert.Contains(says, wrong);
    }

    private static CampaignSchedule Schedule(string expression, string zone = "UTC") => CampaignSchedule.Read(expression, zone).Schedule!;

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
