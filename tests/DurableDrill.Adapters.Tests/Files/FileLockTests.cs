using DurableDrill.Adapters.Files;

namespace DurableDrill.Adapters.Tests.Files;

public sealed class FileLockTests : IDisposable
{
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("drill-lock-").FullName, "lock");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Fact]
    [Trait("Category", "Integration")]
    public async Task Lock_OfAHolderThatDied_IsFree()
    {
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

    [Fact]
    public async Task Acquire_ByManyAtOnce_GivesItToOneAfterTheOther()
    {
        var inside = 0;
        var most = 0;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            using var held = await FileLock.AcquireAsync(path, TimeSpan.FromMinutes(1), CancellationToken.None);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }));

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Acquire_OfALockThatSomebodyHas_GivesUpAndLetsTheNextOneTry()
    {
        using (FileLock.TryAcquire(path))
        {
            await Assert.ThrowsAsync<IOException>(() => FileLock.AcquireAsync(path, TimeSpan.Zero, CancellationToken.None));
        }

        using var held = await FileLock.AcquireAsync(path, TimeSpan.Zero, CancellationToken.None);
        Assert.Null(FileLock.TryAcquire(path));
    }

    [Fact]
    public async Task Dispose_Twice_LetsGoOnce()
    {
        var first = await FileLock.AcquireAsync(path, TimeSpan.Zero, CancellationToken.None);
        first.Dispose();
        using var second = await FileLock.AcquireAsync(path, TimeSpan.Zero, CancellationToken.None);
        first.Dispose();

        await Assert.ThrowsAsync<IOException>(() => FileLock.AcquireAsync(path, TimeSpan.Zero, CancellationToken.None));
    }
}
