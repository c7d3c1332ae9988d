using DurableDrill.Local.Hosting;
using DurableDrill.Targets;

namespace DurableDrill.Local.Tests.Hosting;

public sealed class HomeStoresTests : IDisposable
{
    private const string Azurite = "UseDevelopmentStorage=true";
    private readonly string home = Directory.CreateTempSubdirectory("drill-home-").FullName;

    public void Dispose() => Directory.Delete(home, recursive: true);

    [Fact]
    public void Of_AHomeWithoutAConnection_AreFilesInIt()
    {
        Assert.Equal(Path.Combine(home, "drills", "d", "report.md"), HomeStores.Of(home, null).Reports.Locate("d", "report.md"));
    }

    [Fact]
    public void Of_AHomeWithAConnection_AreBlobs()
    {
        Assert.EndsWith("/devstoreaccount1/reports/d/report.md", HomeStores.Of(home, Azurite).Reports.Locate("d", "report.md"));
    }

    [Fact]
    public void Of_AHomeThatKeptItsTicketsInAnAccount_NeedThatAccount()
    {
        HomeStores.Of(home, Azurite);

        Assert.Contains("devstoreaccount1", Assert.Throws<TargetException>(() => HomeStores.Of(home, "")).Message);
        Assert.Contains("names other", Assert.Throws<TargetException>(() => HomeStores.Of(home, "AccountName=other;AccountKey=a2V5;DefaultEndpointsProtocol=https")).Message);
        Assert.NotNull(HomeStores.Of(home, Azurite));
    }

    [Fact]
    public void Of_AHomeWithTicketsAsFiles_AreNotMovedSilently()
    {
        Directory.CreateDirectory(Path.Combine(home, "tickets"));
        File.WriteAllText(Path.Combine(home, "tickets", "d.a.json"), "{}");

        Assert.Throws<TargetException>(() => HomeStores.Of(home, Azurite));
    }

    [Fact]
    public void Of_AConnectionThatIsNone_SaysWhichVariable()
    {
        var error = Assert.Throws<TargetException>(() => HomeStores.Of(home, "s3cret"));

        Assert.StartsWith("DRILL_STORAGE: ", error.Message);
        Assert.DoesNotContain("s3cret", error.ToString());
    }
}
