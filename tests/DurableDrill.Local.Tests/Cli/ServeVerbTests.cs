using System.Globalization;
using DurableDrill.Local.Cli;

namespace DurableDrill.Local.Tests.Cli;

public class ServeVerbTests
{
    [Theory]
    [InlineData("12:38:00.3", "12:38:00.5", 59.5)]
    [InlineData("12:38:59.9998", "12:38:59.9999", 0.0001)]
    [InlineData("12:38:59.9998", "12:39:00.0001", 0)]
    [InlineData("12:38:00.3", "12:40:10", 0)]
    public void PauseAfter_ALook_EndsWithTheMinuteOfTheLook(string looked, string now, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ServeVerb.PauseAfter(At(looked), At(now)));

    private static DateTimeOffset At(string time) =>
        DateTimeOffset.Parse($"2026-11-22T{time}Z", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
