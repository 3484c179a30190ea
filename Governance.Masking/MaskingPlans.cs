using System.Collections.Concurrent;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Json;
using Governance.Masking.Keys;

namespace Governance.Masking;

/// <summary>Plans by what they are made of: contract version, key generation and writer schema; compiled at first use.</summary>
internal sealed class MaskingPlans(IContractCatalogSource contracts, TenantKeys keys)
{
    // Schemas come from callers; whoever makes up one after another must not fill the memory with their plans.
    private const int MaximumPlans = 1000;

    private readonly ConcurrentDictionary<PlanKey, MaskingPlan> _avro = new();
    private readonly ConcurrentDictionary<PlanKey, JsonMaskingPlan> _json = new();

    /// <summary>The plan of a dataset's Avro records.</summary>
    /// <exception cref="UnmaskableRecordException">There is no plan.</exception>
    public MaskingPlan Avro(string dataset, string writerSchema) =>
        Get(_avro, dataset, writerSchema, (found, schema, keys) => MaskingPlan.Compile(found, schema, keys));

    /// <summary>The plan of a dataset's JSON objects.</summary>
    /// <exception cref="UnmaskableRecordException">There is no plan.</exception>
    public JsonMaskingPlan Json(string dataset) =>
        Get(_json, dataset, "", (found, _, keys) => JsonMaskingPlan.Compile(found, keys));

    private TPlan Get<TPlan>(
        ConcurrentDictionary<PlanKey, TPlan> plans,
        string name,
        string schema,
        Func<Dataset, string, TenantKeys, TPlan> compile
    )
        where TPlan : class
    {
        var catalog = contracts.Current;
        if (catalog.FindDataset(name) is not { } dataset)
        {
            throw new UnmaskableRecordException(
                EventFaults.NoContract,
                "no contract in force names this dataset: name the dataset as its contract does, or add the contract"
            );
        }

        var hash = catalog.FindContract(dataset.ContractId)?.Hash ?? "";
        var key = new PlanKey(keys.Generation, hash, dataset.Name, schema);
        if (plans.TryGetValue(key, out var known))
        {
            return known;
        }

        TPlan plan;
        try
        {
            plan = compile(dataset, schema, keys);
        }
        catch (PlanException exception)
        {
            throw new UnmaskableRecordException(exception.Code, exception.Message);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The Avro library fails on some schemas with errors that are not its own.
            throw new UnmaskableRecordException(EventFaults.PlanRefused, exception.GetType().Name);
        }

        Forget(plans, key.KeyGeneration);
        return plans.GetOrAdd(key, plan);
    }

    // Plans of generations before are of no more use; they would keep keys in memory that were retired.
    private static void Forget<TPlan>(ConcurrentDictionary<PlanKey, TPlan> plans, int current)
    {
        var isFull = plans.Count >= MaximumPlans;
        foreach (var key in plans.Keys.Where(key => isFull || key.KeyGeneration < current))
        {
            _ = plans.TryRemove(key, out _);
        }
    }

    private readonly record struct PlanKey(int KeyGeneration, string ContractHash, string Dataset, string Schema);
}
