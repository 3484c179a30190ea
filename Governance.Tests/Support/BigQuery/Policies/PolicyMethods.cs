using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Sql;
using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.Policies;

/// <summary>Row access policies, and bindings of a table. https://cloud.google.com/bigquery/docs/reference/rest/v2/rowAccessPolicies</summary>
internal sealed class PolicyMethods(WorldState world, Access access, StatementReader reader)
{
    private const string Table = "/bigquery/v2/projects/{project}/datasets/{dataset}/tables/{table}";
    private const string Path = $"{Table}/rowAccessPolicies";

    // https://cloud.google.com/bigquery/quotas#row_level_security_limits
    private const int MostChanges = 5;
    private static readonly TimeSpan ChangeWindow = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, List<DateTimeOffset>> _changes = new(StringComparer.Ordinal);

    public IEnumerable<Route> Routes =>
        [
            new("GET", Path, "bigquery.rowAccessPolicies.list", List)
            {
                Parameters = "rowAccessPolicies.IListParams",
                Response = "IListRowAccessPoliciesResponse",
            },
            new("GET", $"{Path}/{{policy}}", "bigquery.rowAccessPolicies.get", Get) { Response = "IRowAccessPolicy" },
            // The published types of Google's client have no parameters for these three.
            new("POST", Path, "bigquery.rowAccessPolicies.insert", Insert)
            {
                Request = "IRowAccessPolicy",
                Response = "IRowAccessPolicy",
            },
            new("PUT", $"{Path}/{{policy}}", "bigquery.rowAccessPolicies.update", Update)
            {
                Request = "IRowAccessPolicy",
                Response = "IRowAccessPolicy",
            },
            new("POST", $"{Path}/{{policy}}:getIamPolicy", "bigquery.rowAccessPolicies.getIamPolicy", GetPolicyIam)
            {
                Request = "IGetIamPolicyRequest",
                Response = "IPolicy",
            },
            new("DELETE", $"{Path}/{{policy}}", "bigquery.rowAccessPolicies.delete", Delete)
            {
                Parameters = "rowAccessPolicies.IDeleteParams",
            },
            new("POST", $"{Path}:batchDelete", "bigquery.rowAccessPolicies.batchDelete", BatchDelete)
            {
                Request = "IBatchDeleteRowAccessPoliciesRequest",
            },
            new("POST", $"{Table}:getIamPolicy", "bigquery.tables.getIamPolicy", GetIam)
            {
                Request = "IGetIamPolicyRequest",
                Response = "IPolicy",
            },
            new("POST", $"{Table}:setIamPolicy", "bigquery.tables.setIamPolicy", SetIam)
            {
                Request = "ISetIamPolicyRequest",
                Response = "IPolicy",
            },
        ];

    /// <summary>CREATE ROW ACCESS POLICY.</summary>
    /// <returns>CREATE, REPLACE or SKIP.</returns>
    public string Create(Statement statement)
    {
        var (table, analysis) = (statement.Target!, statement.Analysis);
        access.RequireWrite(statement.Text.Caller, table.Dataset);
        if (table.ViewQuery is not null)
        {
            throw ApiException.InvalidQuery("A row access policy is of a table, not of a view.");
        }

        if (analysis.Grantees.Count is 0 || analysis.Grantees.Any(grantee => !IsMember(grantee)))
        {
            throw ApiException.InvalidQuery("GRANT TO wants IAM members, such as \"user:name@example.com\".");
        }

        var at = table.Policies.FindIndex(policy => policy.Id == analysis.Name);
        if (at >= 0 && analysis.CreateMode is "CREATE_IF_NOT_EXISTS")
        {
            return "SKIP";
        }

        if (at >= 0 && analysis.CreateMode is not "CREATE_OR_REPLACE")
        {
            throw ApiException.Duplicate($"Row access policy {table.LegacyName}.{analysis.Name}");
        }

        if (at < 0 && table.Policies.Count >= world.Options.PolicyLimit)
        {
            throw new ApiException(
                403,
                "quotaExceeded",
                $"A table has at most {world.Options.PolicyLimit} row access policies."
            );
        }

        Count(table, analysis.Name!);
        var created = at < 0 ? world.Now : table.Policies[at].Created;
        var policy = new RowAccessPolicy(analysis.Name!, analysis.Predicate!, analysis.Grantees, created, world.Now);
        if (at < 0)
        {
            table.Policies.Add(policy);
            return "CREATE";
        }

        table.Policies[at] = policy;
        return "REPLACE";
    }

    /// <summary>DROP ROW ACCESS POLICY, or DROP ALL ROW ACCESS POLICIES, which alone may drop the last.</summary>
    /// <returns>How many were dropped.</returns>
    public int Drop(TableState table, SqlAnalysis analysis, string caller)
    {
        access.RequireWrite(caller, table.Dataset);
        if (analysis.DropAll)
        {
            var all = table.Policies.Count;
            table.Policies.Clear();
            return all;
        }

        if (analysis.IfExists && !table.Policies.Exists(policy => policy.Id == analysis.Name))
        {
            return 0;
        }

        Remove(table, [analysis.Name!], force: false);
        return 1;
    }

    private Task<JsonObject?> List(Call call)
    {
        var table = world.Table(call);
        access.RequireWrite(call.Caller, table.Dataset);
        var (page, next) = Pages.Of(
            table.Policies,
            Math.Max(0, Pages.Start(call.Text("pageToken"), null)),
            call.Number("pageSize") ?? 100
        );
        var answer = new JsonObject
        {
            ["rowAccessPolicies"] = page.Select(policy => policy.ToRest(table)).ToJsonArray(),
        };
        if (next is not null)
        {
            answer["nextPageToken"] = next;
        }

        return Task.FromResult<JsonObject?>(answer);
    }

    private Task<JsonObject?> Get(Call call)
    {
        var table = world.Table(call);
        access.RequireWrite(call.Caller, table.Dataset);
        return Task.FromResult<JsonObject?>(Find(table, call.Path["policy"]).ToRest(table));
    }

    // https://cloud.google.com/bigquery/docs/reference/rest/v2/rowAccessPolicies/insert
    private Task<JsonObject?> Insert(Call call) =>
        PutAsync(call, Named(call) ?? throw ApiException.Invalid("Required parameter is missing: policyId"), "CREATE");

    // https://cloud.google.com/bigquery/docs/reference/rest/v2/rowAccessPolicies/update
    private Task<JsonObject?> Update(Call call)
    {
        var id = call.Path["policy"];
        if (Named(call) is { } named && named != id)
        {
            throw ApiException.Invalid("The policy's reference is another one than in the path.");
        }

        _ = Find(world.Table(call), id);
        return PutAsync(call, id, "CREATE OR REPLACE");
    }

    // As the statement that does the same, so that the condition is analysed and the limits hold.
    private async Task<JsonObject?> PutAsync(Call call, string id, string create)
    {
        var table = world.Table(call);
        if (id.Length > 256 || !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_'))
        {
            throw ApiException.Invalid($"Invalid row access policy ID \"{id}\".");
        }

        var grantees = (call.Body["grantees"] as JsonArray ?? []).Select(grantee =>
            JsonSerializer.Serialize(grantee!.GetValue<string>())
        );
        var filter =
            call.Body["filterPredicate"]?.GetValue<string>()
            ?? throw ApiException.Invalid("Required parameter is missing: filterPredicate");
        var statement = await reader.ReadAsync(
            new StatementText(
                $"{create} ROW ACCESS POLICY `{id}` ON `{table.Name}` GRANT TO ({string.Join(", ", grantees)}) FILTER USING ({filter})",
                [],
                null,
                call.Caller
            )
        );
        Create(statement);
        return Find(table, id).ToRest(table);
    }

    private Task<JsonObject?> GetPolicyIam(Call call)
    {
        var table = world.Table(call);
        access.RequireWrite(call.Caller, table.Dataset);
        var policy = Find(table, call.Path["policy"]);
        return Task.FromResult<JsonObject?>(
            new JsonObject
            {
                ["version"] = 1,
                ["etag"] = policy.ToRest(table)["etag"]!.DeepClone(),
                ["bindings"] = new JsonArray(
                    new JsonObject
                    {
                        ["role"] = "roles/bigquery.filteredDataViewer",
                        ["members"] = new JsonArray([.. policy.Grantees.Select(member => JsonValue.Create(member))]),
                    }
                ),
            }
        );
    }

    private static string? Named(Call call) => call.Body["rowAccessPolicyReference"]?["policyId"]?.GetValue<string>();

    private Task<JsonObject?> Delete(Call call)
    {
        var table = world.Table(call);
        access.RequireWrite(call.Caller, table.Dataset);
        Remove(table, [call.Path["policy"]], call.Flag("force"));
        return Task.FromResult<JsonObject?>(null);
    }

    private Task<JsonObject?> BatchDelete(Call call)
    {
        var table = world.Table(call);
        access.RequireWrite(call.Caller, table.Dataset);
        var ids = (call.Body["policyIds"] as JsonArray ?? []).Select(id => id!.GetValue<string>()).ToList();
        if (ids.Count is 0)
        {
            throw ApiException.Invalid("Required parameter is missing: policyIds");
        }

        Remove(table, ids, call.Body["force"]?.GetValue<bool>() is true);
        return Task.FromResult<JsonObject?>(null);
    }

    private Task<JsonObject?> GetIam(Call call)
    {
        access.RequireOwner(call.Caller);
        return Task.FromResult<JsonObject?>(Bindings(world.Table(call)));
    }

    private Task<JsonObject?> SetIam(Call call)
    {
        access.RequireOwner(call.Caller);
        var table = world.Table(call);
        var policy =
            call.Body["policy"]?.AsObject() ?? throw ApiException.Invalid("Required parameter is missing: policy");
        if (policy["etag"]?.GetValue<string>() is { } etag && etag != table.Etag)
        {
            throw new ApiException(409, "aborted", "There were concurrent policy changes.");
        }

        table.Bindings.Clear();
        foreach (var binding in policy["bindings"] as JsonArray ?? [])
        {
            table.Bindings[binding!["role"]!.GetValue<string>()] =
            [
                .. binding["members"]!.AsArray().Select(member => member!.GetValue<string>()),
            ];
        }

        table.Touch(world.Now);
        return Task.FromResult<JsonObject?>(Bindings(table));
    }

    // "If set to true, it deletes the row access policy even if it's the last ... and the deletion will widen the access":
    // https://cloud.google.com/bigquery/docs/reference/rest/v2/rowAccessPolicies/batchDelete
    private void Remove(TableState table, IReadOnlyList<string> ids, bool force)
    {
        var found = ids.Select(id => Find(table, id)).ToList();
        if (!force && found.Distinct().Count() == table.Policies.Count)
        {
            throw ApiException.Invalid(
                "The last row access policy of a table cannot be dropped so: force it, or DROP ALL ROW ACCESS POLICIES."
            );
        }

        ids.ToList().ForEach(id => Count(table, id));
        table.Policies.RemoveAll(found.Contains);
    }

    private void Count(TableState table, string id)
    {
        var key = $"{table.Name}.{id}";
        var changes = _changes.TryGetValue(key, out var known) ? known : _changes[key] = [];
        changes.RemoveAll(change => world.Now - change >= ChangeWindow);
        if (changes.Count >= MostChanges)
        {
            throw new ApiException(
                403,
                "rateLimitExceeded",
                "Exceeded rate limits: too many changes of this row access policy."
            );
        }

        changes.Add(world.Now);
    }

    private static RowAccessPolicy Find(TableState table, string id) =>
        table.Policies.Find(policy => policy.Id == id)
        ?? throw ApiException.NotFound($"Row access policy {table.LegacyName}.{id}");

    private static bool IsMember(string grantee) =>
        grantee is "allUsers" or "allAuthenticatedUsers"
        || ((string[])["user:", "serviceAccount:", "group:", "domain:", "principal:", "principalSet:"]).Any(kind =>
            grantee.StartsWith(kind, StringComparison.Ordinal) && grantee.Length > kind.Length
        );

    private static JsonObject Bindings(TableState table) =>
        new()
        {
            ["version"] = 1,
            ["etag"] = table.Etag,
            ["bindings"] = table
                .Bindings.Select(binding => new JsonObject
                {
                    ["role"] = binding.Key,
                    ["members"] = new JsonArray([.. binding.Value.Select(member => JsonValue.Create(member))]),
                })
                .ToJsonArray(),
        };
}
