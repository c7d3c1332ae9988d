namespace DurableDrill.TestServers;

/// <summary>A real Flink, from <c>FLINK_HOME</c>, on free ports: a JobManager and TaskManagers <c>tm1</c>, <c>tm2</c> and so on with two slots each.</summary>
public sealed class FlinkServer : IAsyncDisposable
{
    private readonly string home;
    private readonly string folder = ServerProcess.NewFolder("flink");
    private readonly int rest = ServerProcess.FreePort();
    private readonly Dictionary<string, ServerProcess> processes = [];

    private FlinkServer(string home) => this.home = home;

    /// <summary>The JobManager's REST.</summary>
    public string Address => $"http://127.0.0.1:{rest}";

    /// <summary>Starts one for one test, which may stop and kill its processes.</summary>
    public static async Task<FlinkServer> StartAsync(int taskManagers)
    {
        var server = new FlinkServer(Need.Distribution("FLINK_HOME", "Flink"));
        await server.ConfigureAsync();
        var jobManager = server.Start("jm", "jobmanager.sh");
        for (var n = 1; n <= taskManagers; n++)
        {
            server.StartTaskManager($"tm{n}");
        }

        using var client = new HttpClient();
        await jobManager.WaitUntilAsync(async () =>
        {
            if (!(await client.GetStringAsync($"{server.Address}/overview")).Contains($"\"taskmanagers\":{taskManagers},", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("Not every TaskManager is registered yet.");
            }
        });
        return server;
    }

    /// <summary>Starts a TaskManager, which takes its time to register.</summary>
    public void StartTaskManager(string name) => Start(
        name, "taskmanager.sh", "-D", $"taskmanager.resource-id={name}", "-D", $"taskmanager.rpc.port={ServerProcess.FreePort()}", "-D", $"taskmanager.data.port={ServerProcess.FreePort()}");

    /// <summary>Kills a TaskManager (<c>tm1</c>) or the JobManager (<c>jm</c>).</summary>
    public Task KillAsync(string name) => processes[name].StopAsync(9);

    /// <summary>Runs statements in the SQL client, which returns when the jobs that they make are submitted.</summary>
    public async Task SubmitAsync(string sql)
    {
        var file = Path.Combine(folder, "job.sql");
        await File.WriteAllTextAsync(file, sql);
        await ServerProcess.RunAsync(
            ["env", .. Variables("sql").Select(each => $"{each.Key}={each.Value}"), $"{home}/bin/sql-client.sh", "-hist", Path.Combine(folder, "history"), "-f", file], folder);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(processes.Values.Select(process => process.StopAsync(9)));
        Directory.Delete(folder, recursive: true);
    }

    private async Task ConfigureAsync()
    {
        var configuration = Directory.CreateDirectory(Path.Combine(folder, "conf")).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(home, "conf"), "log4j*"))
        {
            File.Copy(file, Path.Combine(configuration, Path.GetFileName(file)));
        }

        // What Java 17 must open for Flink stands in its own configuration.
        var opened = File.ReadLines(Path.Combine(home, "conf", "config.yaml")).Select(line => line.Trim()).First(line => line.StartsWith("all: --add", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(configuration, "config.yaml"), $$"""
            env.java.opts.{{opened}}
            jobmanager: {rpc.address: 127.0.0.1, rpc.port: {{ServerProcess.FreePort()}}, bind-host: 127.0.0.1, memory.process.size: 768m, memory.jvm-metaspace.size: 192m}
            blob.server.port: {{ServerProcess.FreePort()}}
            rest: {address: 127.0.0.1, bind-address: 127.0.0.1, port: {{rest}}}
            taskmanager: {host: 127.0.0.1, bind-host: 127.0.0.1, numberOfTaskSlots: 2}
            taskmanager.memory: {process.size: 1024m, managed.size: 64m, network.min: 32m, network.max: 32m, jvm-metaspace.size: 192m}
            state.backend.type: hashmap
            execution.checkpointing: {interval: 1 s, dir: file://{{folder}}/checkpoints}
            restart-strategy.type: exponential-delay
            restart-strategy.exponential-delay: {initial-backoff: 1 s, max-backoff: 2 s}
            heartbeat: {interval: 1000, timeout: 5000}
            """);
    }

    private ServerProcess Start(string name, string script, params string[] arguments) => processes[name] = ServerProcess.Start(
        folder, name, [$"{home}/bin/{script}", "start-foreground", "-D", $"io.tmp.dirs={Directory.CreateDirectory(Path.Combine(folder, name, "tmp")).FullName}", .. arguments], Variables(name));

    private Dictionary<string, string> Variables(string name) => new()
    {
        ["FLINK_CONF_DIR"] = Path.Combine(folder, "conf"),
        ["FLINK_LOG_DIR"] = Directory.CreateDirectory(Path.Combine(folder, name, "log")).FullName,
        ["FLINK_PID_DIR"] = Directory.CreateDirectory(Path.Combine(folder, name, "pid")).FullName,
    };
}
