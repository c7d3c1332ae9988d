using System.Diagnostics;
using DurableDrill.Local.Runtime;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Tests.Runtime;

/// <summary>A real, tiny disk that is really full: the instance stands still with a clear error and goes on when there is room.</summary>
public sealed class FullDiskTests
{
    private static readonly Step<string, string> Echo = new("echo", RetryPolicy.None);

    private static readonly Workflow<int, int> Grow = new("grow", 1, async (context, count) =>
    {
        for (var i = 0; i < count; i++)
        {
            await context.CallAsync(Echo, new string('x', 3000));
        }

        return count;
    });

    [SkippableFact]
    public async Task History_OnAFullDisk_StandsStillAndGoesOnWhenThereIsRoom()
    {
        using var disk = new TinyDisk();
        var time = new ManualTime();
        var ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[24 * 1024]);
        await using (var full = new TestRuntime(Catalog(), disk.Path, time: time, keepFolder: true))
        {
            full.Runtime.Start(Grow, "w", 3);
            full.Runtime.Start(Grow, "v", 6);

            await full.Runtime.WhenIdleAsync();
            var error = await Assert.ThrowsAsync<HistoryException>(() => full.Runtime.WaitAsync("v"));

            Assert.StartsWith($"{full.Runtime.Folder.HistoryOf("v")} cannot be written (No space left on device", error.Message, StringComparison.Ordinal);
            Assert.Equal(InstancePhase.Running, full.Runtime.Folder.Status("v")!.Phase);
            Assert.EndsWith("\n", full.HistoryOf("v"), StringComparison.Ordinal);

            Fill(ballast);
            Assert.Throws<HistoryException>(() => full.Runtime.Start(Grow, "u", 1));
            Assert.Null(full.Runtime.Folder.Status("u"));
        }

        File.Delete(ballast);
        await using var roomy = new TestRuntime(Catalog(), disk.Path, time: time, keepFolder: true);
        Assert.All(roomy.Runtime.ResumeAll(), outcome => Assert.Equal(ResumeResult.Resumed, outcome.Result));

        Assert.Equal("6", (await roomy.EndOfAsync("v")).Output?.GetRawText());
        Assert.Equal("3", (await roomy.EndOfAsync("w")).Output?.GetRawText());
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        IOException? full = null;
        while (full is null)
        {
            full = Record.Exception(() => file.Write(page)) as IOException;
        }
    }

    private static WorkflowCatalog Catalog() => new WorkflowCatalog().Add(Echo, (text, _, _) => Task.FromResult(text)).Add(Grow);

    /// <summary>64 KB of memory as a file system; to mount it takes root.</summary>
    private sealed class TinyDisk : IDisposable
    {
        public TinyDisk()
        {
            var said = Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", Path);
            if (said is not null)
            {
                Directory.Delete(Path);
                Skip.If(true, $"A file system of 64 KB cannot be mounted here: {said}");
            }
        }

        public string Path { get; } = Directory.CreateTempSubdirectory("drill-full-").FullName;

        public void Dispose()
        {
            Run("umount", "--lazy", Path);
            Directory.Delete(Path, recursive: true);
        }

        private static string? Run(string command, params string[] arguments)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
                var said = process.StandardError.ReadToEnd();
                process.WaitForExit();
                return process.ExitCode == 0 ? null : said.Trim();
            }
            catch (System.ComponentModel.Win32Exception error)
            {
                return error.Message;
            }
        }
    }
}
