using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Tests.Commands;

[Trait("Category", "Integration")]
public sealed class ShellCommandTests
{
    [Fact]
    public async Task Ids_ThatACommandPrints_AreItsLines() =>
        Assert.Equal(["e-1", "e-2"], (await Reading.AllAsync(Reading.Spec("command", "printf 'e-1\\r\\n\\ne-2'"))).Select(record => record.Id));

    [Theory]
    [InlineData("\"id\":\"([^\"]+)\"", "7")]
    [InlineData("[0-9]+", "7")]
    [InlineData("none", null)]
    public async Task Ids_WithAPattern_AreItsFirstGroupOrAllOfIt(string pattern, string? id) => Assert.Equal(
        id is null ? [] : [id], (await Reading.AllAsync(Reading.Spec("command", "echo '{\"id\":\"7\"}'; echo", ("match", pattern)))).Select(record => record.Id));

    [Theory]
    [InlineData("echo e-1; echo no such table >&2; exit 3", "the command ended with 3: no such table")]
    [InlineData("echo e-1; exec sleep 30", "no line came within 1 s")]
    public async Task Ids_OfACommandThatDoesNotEndWell_AreNotAll(string command, string reason) => Assert.Contains(
        reason, (await Assert.ThrowsAsync<IdSourceException>(() => Reading.AllAsync(Reading.Spec("command", command, ("timeout", "1"))))).Message);

    [Theory]
    [InlineData("keyed", "true", false)]
    [InlineData("timeout", "9", true)]
    public async Task Traits_SayWhetherASecondWriteShows(string option, string value, bool shows)
    {
        await using var source = Reading.Open(Reading.Spec("command", "true", (option, value)));
        Assert.Equal(shows, (await source.DescribeAsync(default)).ShowsDuplicates);
    }

    [Fact]
    public void Pattern_ThatIsNone_IsRefused() => Assert.Contains(
        "no regular expression", Assert.Single(Assert.Throws<DurableDrill.Adapters.Sources.SourceSpecException>(
            () => Reading.Open(Reading.Spec("command", "true", ("match", "(")))).Findings).Message);
}
