using DurableDrill.Campaigns;

namespace DurableDrill.Adapters.Tests.Stores;

/// <summary>What every <see cref="ICampaignStore"/> does. A subclass says where the definitions lie.</summary>
public abstract class CampaignStoreFacts
{
    [SkippableFact]
    public async Task Write_InAnotherFormat_ReplacesTheDefinition()
    {
        var store = await StoreAsync();
        await store.WriteAsync("nightly", new("nightly.yaml", "a: é"), default);
        await store.WriteAsync("nightly", new("nightly.json", "{}"), default);

        Assert.Equal(new("nightly.json", "{}"), await store.ReadAsync("nightly", default));
        Assert.Equal(["nightly"], await store.ListAsync(default));
    }

    [SkippableFact]
    public async Task List_OfWhatWasPutByHand_GivesTheNamesInOrderAndNothingElse()
    {
        var store = await StoreAsync();
        Assert.Empty(await store.ListAsync(default));
        await PutAsync("weekly.yml", "b: 2");
        await PutAsync("nightly.yaml", "a: 1");
        await PutAsync("notes.txt", "no campaign");
        await PutAsync("state/other.json", "{}");

        Assert.Equal(["nightly", "weekly"], await store.ListAsync(default));
        Assert.Equal(new("weekly.yml", "b: 2"), await store.ReadAsync("weekly", default));
    }

    [SkippableFact]
    public async Task Read_OfADefinitionThatIsThereTwice_NamesBoth()
    {
        await PutAsync("nightly.yaml", "a: 1");
        await PutAsync("nightly.json", "{}");

        var error = await Assert.ThrowsAsync<IOException>(async () => await (await StoreAsync()).ReadAsync("nightly", default));

        Assert.Contains("nightly.yaml", error.Message);
        Assert.Contains("nightly.json", error.Message);
    }

    [SkippableTheory]
    [InlineData("none")]
    [InlineData("../nightly")]
    [InlineData("")]
    public async Task Read_OfWhatIsNotThere_IsNull(string name)
    {
        var store = await StoreAsync();

        Assert.Null(await store.ReadAsync(name, default));
        Assert.False(await store.DeleteAsync(name, default));
    }

    [SkippableFact]
    public async Task Delete_RemovesTheDefinitionAndItsState()
    {
        var store = await StoreAsync();
        await store.WriteAsync("nightly", new("nightly.yaml", "a: 1"), default);
        Assert.Null(await store.ReadStateAsync("nightly", default));
        var state = new CampaignState(DateTimeOffset.UnixEpoch) { MissedCount = 7 };
        await store.WriteStateAsync("nightly", state, default);
        Assert.Equal(DrillJson.ToElement(state).ToString(), DrillJson.ToElement(await (await StoreAsync()).ReadStateAsync("nightly", default)).ToString());

        Assert.True(await store.DeleteAsync("nightly", default));

        Assert.Null(await store.ReadAsync("nightly", default));
        Assert.Null(await store.ReadStateAsync("nightly", default));
        Assert.Empty(await store.ListAsync(default));
    }

    [SkippableFact]
    public async Task ReadState_OfADamagedOne_SaysWhichAndWhatToDo()
    {
        await PutAsync("state/nightly.json", "{");

        var error = await Assert.ThrowsAsync<IOException>(async () => await (await StoreAsync()).ReadStateAsync("nightly", default));

        Assert.Contains("nightly.json is damaged", error.Message);
    }

    /// <summary>A store over this test's own place.</summary>
    protected abstract Task<ICampaignStore> StoreAsync();

    /// <summary>Puts a file there past the store.</summary>
    protected abstract Task PutAsync(string name, string content);
}
