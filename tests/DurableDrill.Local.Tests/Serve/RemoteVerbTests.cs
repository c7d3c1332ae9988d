using DurableDrill.Local.Tests.Cli;

namespace DurableDrill.Local.Tests.Serve;

/// <summary>The command line drives a server as it drives a home.</summary>
[Trait("Category", "Integration")]
public sealed class RemoteVerbTests : IAsyncLifetime
{
    private readonly Served served = new();
    private readonly DrillProgram client = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        client.Dispose();
        await served.DisposeAsync();
    }

    [Fact]
    public async Task Run_APlanOnAServer_ShowsItsReportAndExitsAsTheDrillDid()
    {
        await served.UpAsync();
        await served.StartAsync();
        var plan = client.Write("mine.yaml", "# a plan of its own\nname: mine\nbaseline: 8s\nstable_for: 1s\nrecovery_timeout: 4s\nquiet_timeout: 1s\nfaults:\n  - { pause: worker, for: 5s }\n");

        var run = await AskAsync("run", "--plan", plan, "--target", "shop");

        Assert.True(run.ExitCode is 0 or 4, run.Output + run.Error);
        var report = run.Json();
        Assert.Equal("mine", report.GetProperty("drill_type").GetString());
        var id = report.GetProperty("drill_id").GetString()!;
        Assert.Equal(id, (await AskAsync("list")).Json().GetProperty("drills")[0].GetProperty("drill_id").GetString());
        Assert.Equal(id, (await AskAsync("status")).Json().GetProperty("drill_id").GetString());
        Assert.Equal(run.ExitCode, (await AskAsync("report", id)).ExitCode);
        Assert.Equal(run.ExitCode, (await AskAsync("wait", id)).ExitCode);
        Assert.Equal("shop", (await AskAsync("targets")).Json().GetProperty("targets")[0].GetProperty("target").GetString());
        Assert.StartsWith("<?xml", (await client.RunAsync("report", id, "--format", "junit", "--server", served.Url)).Output);
        Assert.StartsWith("too few runs to tell", (await AskAsync("compare", id, id)).Json().GetProperty("conclusion").GetString());
        Assert.Equal(1, (await served.Program.RunAsync("compare", id, id, "--json")).Json().GetProperty("sides")[1].GetProperty("drills").GetInt32());
        Assert.Contains("is over already", (await AskAsync("abort", id)).Errors().Single());
        Assert.False(Directory.Exists(Path.Combine(client.Home, "instances")));
    }

    [Fact]
    public async Task WhatAServerRefuses_IsToldWithEveryPath()
    {
        await served.UpAsync();
        await served.StartAsync();
        var plan = client.Write("bad.yaml", "name: bad\nfaults: [ { pause: wroker, for: 0s } ]\n");

        Assert.Equal(["plan.faults[0].pause", "plan.faults[0].for"], PathsOf(await AskAsync("run", "--plan", plan, "--target", "shop")).OrderDescending());
        Assert.Equal(["drill"], PathsOf(await AskAsync("run", "quack", "--target", "shop")));
        Assert.Equal(["target"], PathsOf(await AskAsync("run", "quick", "--target", "elsewhere")));
        Assert.Contains("there is no drill", (await AskAsync("status", "nothing")).Errors().Single());
        Assert.Contains("works on this machine's home", (await AskAsync("doctor")).Errors().Single());
        Assert.Contains("does not answer", (await client.RunAsync("list", "--json", "--server", "http://127.0.0.1:1")).Errors().Single());
        Assert.Contains("--server nonsense", (await client.RunAsync("list", "--json", "--server", "nonsense")).Errors().Single());
    }

    [Fact]
    public async Task Revert_OnAServer_RevertsWhatIsOpenThere()
    {
        await served.UpAsync();
        await served.StartAsync();

        Assert.Equal((0, "no open ticket: nothing to revert\n"), Told(await client.RunAsync("revert", "--server", served.Url)));
        var unknown = await AskAsync("revert", "d1");
        Assert.Equal(2, unknown.ExitCode);
        Assert.StartsWith("There is no ticket 'd1'", unknown.Errors().Single());

        static (int, string) Told(DrillRun run) => (run.ExitCode, run.Output);
    }

    [Fact]
    public async Task Campaigns_ArePutShownListedAndDeleted_HereAndThere()
    {
        await served.StartAsync();
        var good = client.Write("nightly.yaml", "schedule: 0 0 2 * * *\ntime_zone: Europe/Berlin\ndrills: [ { target: shop, drill: quick, repeat: 3 } ]\n");
        var bad = client.Write("bad.yaml", "schedule: never\ndrills: []\n");
        foreach (var ask in new Func<string[], Task<DrillRun>>[] { AskAsync, arguments => client.RunAsync([.. arguments, "--json"]) })
        {
            Assert.Equal(3, (await ask(["campaign", "put", "nightly", good])).Json().GetProperty("drills_per_run").GetInt32());
            Assert.Equal(["schedule", "drills"], PathsOf(await ask(["campaign", "put", "nightly", bad])));
            Assert.Equal("nightly", (await ask(["campaign", "list"])).Json().GetProperty("campaigns")[0].GetProperty("campaign").GetString());
            Assert.Equal("Europe/Berlin", (await ask(["campaign", "show", "nightly"])).Json().GetProperty("time_zone").GetString());
            Assert.Contains("no run of", (await ask(["campaign", "abort", "nightly"])).Errors().Single());
            Assert.Equal(0, (await ask(["campaign", "delete", "nightly"])).ExitCode);
            Assert.Contains("there is no campaign", (await ask(["campaign", "show", "nightly"])).Errors().Single());
        }
    }

    private static IEnumerable<string> PathsOf(DrillRun run)
    {
        Assert.Equal(2, run.ExitCode);
        return run.Json().GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()!);
    }

    private Task<DrillRun> AskAsync(params string[] arguments) => client.RunAsync([.. arguments, "--json", "--server", served.Url]);
}
