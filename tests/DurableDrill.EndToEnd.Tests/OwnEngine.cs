using System.Diagnostics;

namespace DurableDrill.EndToEnd.Tests;

/// <summary>
/// A Docker engine of the test's own, to be ended and started again. It lives in namespaces of its own, so its networks and mounts touch nobody's, and
/// whatever it has started goes with their first process: a shell that ends when this process does, however that ends. Never one in
/// the machine's own network: told to have no bridge, it would take away docker0 from the machine's engine.
/// </summary>
internal sealed class OwnEngine : IAsyncDisposable
{
    // Waits for one that it has ended: its pid would else be taken for that of an engine which runs.
    private const string FirstProcess = """
        while read -r what; do
          case $what in
            start) dockerd --data-root "$1/data" --exec-root "$1/run" --pidfile "$1/pid" --host "unix://$1/docker.sock" --iptables=false >> "$1/log" 2>&1 & ;;
            *) kill "-$what" $!; wait $!; rm -f "$1/pid" ;;
          esac
          echo done
        done
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string folder;
    private readonly Process shell;

    private OwnEngine(string folder)
    {
        this.folder = Directory.CreateDirectory(folder).FullName;
        shell = Process.Start(new ProcessStartInfo(
            "unshare", ["--pid", "--fork", "--kill-child", "--mount", "--mount-proc", "--net", "sh", "-c", FirstProcess, "sh", this.folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public string Host => $"unix://{folder}/docker.sock";

    /// <summary>Whether this machine and this user can have one.</summary>
    public static bool Possible => Environment.IsPrivilegedProcess && (File.Exists("/usr/sbin/dockerd") || File.Exists("/usr/bin/dockerd"));

    /// <summary>An engine that has an image of the machine's own.</summary>
    public static async Task<OwnEngine> StartAsync(string folder, string image)
    {
        var engine = new OwnEngine(folder);
        try
        {
            await engine.StartAsync();
            var archive = Path.Combine(folder, "image.tar");
            await DockerCli.RunAsync("save", "-o", archive, image);
            await engine.RunAsync("load", "-i", archive);
            File.Delete(archive);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it, and returns when it answers.</summary>
    public async Task StartAsync()
    {
        await TellAsync("start");
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                await RunAsync("version");
                return;
            }
            catch (Xunit.Sdk.XunitException) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(200);
            }
        }
    }

    /// <summary>Ends it by a signal (TERM, KILL), and returns when it is gone.</summary>
    public Task StopAsync(string signal) => TellAsync(signal);

    /// <summary>What its command line prints.</summary>
    public Task<string> RunAsync(params string[] arguments) => DockerCli.RunAsync(["--host", Host, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        shell.Dispose();
    }

    private async Task TellAsync(string what)
    {
        await shell.StandardInput.WriteLineAsync(what);
        await shell.StandardInput.FlushAsync();
        Assert.Equal("done", await shell.StandardOutput.ReadLineAsync());
    }
}
