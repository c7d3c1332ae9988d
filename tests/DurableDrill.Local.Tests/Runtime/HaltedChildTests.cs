using DurableDrill.Conformance;
using DurableDrill.Local.Runtime;

namespace DurableDrill.Local.Tests.Runtime;

/// <summary>A sub-workflow whose history cannot be written does not leave its parent waiting: it may have faults to revert.</summary>
public sealed class HaltedChildTests
{
    [Fact]
    public async Task Parent_OfAChildThatCannotBeWritten_SeesTheCallFail()
    {
        await using var test = new TestRuntime(ConformanceCatalog.Create(), disk: new PickyDisk("w.child"));
        test.Runtime.Start(TreeFacts.ParentOfFailing, "w", "no matter");

        var ended = await test.EndOfAsync("w");

        Assert.Equal(InstancePhase.Completed, ended.Phase);
        Assert.Equal("InstanceHalted", ended.Output!.Value[1].GetString());
        Assert.Contains("history.jsonl cannot be written (the disk is gone)", ended.Output!.Value[2].GetString(), StringComparison.Ordinal);
        Assert.Equal(InstancePhase.Running, test.Runtime.Folder.Status("w.child")!.Phase);
        await Assert.ThrowsAsync<HistoryException>(() => test.Runtime.WaitAsync("w.child"));
    }

    private sealed class PickyDisk(string refused) : IHistoryDisk
    {
        private readonly HistoryDisk disk = new();

        public void Replace(string path, ReadOnlySpan<byte> content) => disk.Replace(path, content);

        public void Append(string path, ReadOnlySpan<byte> lines)
        {
            if (path.Contains(refused, StringComparison.Ordinal))
            {
                throw new IOException("the disk is gone");
            }

            disk.Append(path, lines);
        }

        public void Truncate(string path, long length) => disk.Truncate(path, length);
    }
}
