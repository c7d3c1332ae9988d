using DurableDrill.Adapters.Files;

namespace DurableDrill.Adapters.Tests.Files;

public sealed class FileLockTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("drill-lock-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    [Trait("Category", "Integration")]
    public async Task Lock_OfAHolderThatDied_IsFree()
    {
        var path = Path.Combine(folder, "lock");
        using (var holder = System.Diagnostics.Process.Start("flock", [path, "sleep", "1000"]))
        {
            while (FileLock.TryAcquire(path) is { } free)
            {
                free.Dispose();
                await Task.Delay(10);
            }

            await Assert.ThrowsAsync<IOException>(() => FileLock.AcquireAsync(path, TimeSpan.FromMilliseconds(50), default));
            holder.Kill(entireProcessTree: true);
            await holder.WaitForExitAsync();
        }

        using var taken = await FileLock.AcquireAsync(path, TimeSpan.FromSeconds(5), default);
    }
}
