using Governance.Masking.Contracts;

namespace Governance.Tests.Avro.Differential;

/// <summary>A random schema, a contract for it, and records.</summary>
internal sealed class RandomCase
{
    public RandomCase(ulong seed, int size, bool allPlain)
    {
        var dice = new Dice(seed);
        Root = new RandomSchema(dice, size, allPlain).Make();
        Schema = Root.Define([]).ToJsonString();
        Contract = allPlain ? RandomContract.AllPlain(Root) : new RandomContract(dice).Masking(Root);
        var bytes = new RandomBytes(dice);
        Records = [.. Enumerable.Range(0, 6).Select(_ => bytes.Record(Root, Contract))];
    }

    public Part Root { get; }

    public string Schema { get; }

    public Dataset Contract { get; }

    public byte[][] Records { get; }
}
