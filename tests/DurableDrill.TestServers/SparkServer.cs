using System.Diagnostics;

namespace DurableDrill.TestServers;

/// <summary>A real Spark application in Python, from <c>SPARK_HOME</c>: its driver with two executors, each a process.</summary>
public sealed class SparkServer : IAsyncDisposable
{
    private readonly string folder = ServerProcess.NewFolder("spark");
    private readonly int port = ServerProcess.FreePort();
    private ServerProcess? process;

    private SparkServer()
    {
    }

    /// <summary>The driver's UI.</summary>
    public string Address => $"http://127.0.0.1:{port}";

    /// <summary>Starts a program and waits until the driver's UI answers.</summary>
    public static async Task<SparkServer> StartAsync(string program)
    {
        var server = new SparkServer();
        await server.StartAsync(Need.Distribution("SPARK_HOME", "Spark"), program);
        return server;
    }

    /// <summary>Sends a signal to the executors, all at once.</summary>
    public void Signal(int signal)
    {
        foreach (var executor in Executors())
        {
            ServerProcess.Signal(executor, signal);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var executors = Executors();
        await process!.StopAsync(9);
        executors.ForEach(executor => ServerProcess.Signal(executor, 9));
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartAsync(string home, string program)
    {
        var configuration = Directory.CreateDirectory(Path.Combine(folder, "conf")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "program.py"), program);
        await File.WriteAllTextAsync(Path.Combine(configuration, "spark-defaults.conf"), $"""
            spark.driver.memory 512m
            spark.executor.memory 512m
            spark.driver.host 127.0.0.1
            spark.driver.bindAddress 127.0.0.1
            spark.ui.port {port}
            spark.sql.shuffle.partitions 2
            spark.sql.streaming.metricsEnabled true
            spark.executor.extraJavaOptions -Ddurabledrill.test={folder}
            """);
        process = ServerProcess.Start(
            folder,
            "driver",
            [$"{home}/bin/spark-submit", "--master", "local-cluster[2,1,512]", "--driver-java-options", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1", "program.py"],
            new Dictionary<string, string>
            {
                ["SPARK_CONF_DIR"] = configuration,
                ["SPARK_LOCAL_DIRS"] = Path.Combine(folder, "local"),
                ["SPARK_WORKER_DIR"] = Path.Combine(folder, "work"),
                ["SPARK_LOCAL_IP"] = "127.0.0.1",
                ["PYSPARK_PYTHON"] = "python3",
            });
        using var client = new HttpClient();
        await process.WaitUntilAsync(async () => await client.GetStringAsync($"{Address}/api/v1/applications"));
    }

    /// <summary>The executors' process ids: they are no children that one could ask for, so they are told by an option of this server's own.</summary>
    private List<int> Executors() => [.. Process.GetProcesses().Select(each => each.Id).Where(IsExecutor)];

    private bool IsExecutor(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Contains($"-Ddurabledrill.test={folder}\0", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
