using System.Collections.Immutable;
using Governance.Masking.Contracts;
using Governance.Policies.Views;

namespace Governance.Policies.Warehouse;

/// <summary>Carries out in the warehouse what a decision granted, and takes it away again. Every call can be made again.</summary>
public interface IViewIssuer
{
    /// <summary>
    /// Creates a view, or brings one of this name to this definition, lets it read its source, and lets its readers, and nobody
    /// else, read it. Cut off in between, nobody can read it who could not before.
    /// </summary>
    Task<Answer<IssuedView>> IssueViewAsync(ViewDefinition view, CancellationToken cancellationToken);

    /// <summary>The statement that issuing the view would store; nothing is stored.</summary>
    Task<Answer<string>> DraftViewAsync(ViewDefinition view, CancellationToken cancellationToken);

    /// <summary>Takes a view away: first from its readers, then from its source, then itself.</summary>
    /// <returns>Whether there was one.</returns>
    Task<Answer<bool>> RevokeViewAsync(string name, CancellationToken cancellationToken);

    /// <summary>Puts a row rule in force, or brings the one of this name to this definition.</summary>
    Task<Answer<IssuedRowRule>> PutRowRuleAsync(RowRule rule, CancellationToken cancellationToken);

    /// <summary>The condition that putting the rule would store; nothing is stored.</summary>
    Task<Answer<string>> DraftRowRuleAsync(RowRule rule, CancellationToken cancellationToken);

    /// <summary>Takes a row rule away. Whom it named sees no more than before, also where it was the dataset's last one.</summary>
    /// <returns>Whether there was one.</returns>
    Task<Answer<bool>> RemoveRowRuleAsync(Dataset dataset, string name, CancellationToken cancellationToken);

    /// <summary>The views that stand, as they are in the warehouse, whoever made them.</summary>
    Task<IReadOnlyList<IssuedView>> ReadViewsAsync(CancellationToken cancellationToken);

    /// <summary>A view as it is in the warehouse; <see langword="null"/> where there is none.</summary>
    Task<IssuedView?> FindViewAsync(string name, CancellationToken cancellationToken);

    /// <summary>Counts the rows of a dataset's table: in all, and those that a condition shows.</summary>
    Task<Answer<MatchCount>> CountShownAsync(
        Dataset dataset,
        RowCondition condition,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Counts the rows that a view shows to its readers: in all, and those that hold a key of the set in one of the columns. The columns
    /// need not be the view's own.
    /// </summary>
    Task<Answer<MatchCount>> CountVisibleAsync(
        ViewDefinition view,
        string keySet,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    );

    /// <summary>The row rules of a dataset that stand, as they are in the warehouse.</summary>
    Task<IReadOnlyList<IssuedRowRule>> ReadRowRulesAsync(Dataset dataset, CancellationToken cancellationToken);
}

/// <summary>A view as it is in the warehouse.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dataset">The dataset that it reads, or <see langword="null"/> where it is none that the service issued.</param>
/// <param name="Sql">Its statement.</param>
/// <param name="Readers">Who may read it.</param>
/// <param name="IsAuthorized">Whether it may read its source.</param>
/// <param name="SmallestGroup">The smallest group that it is answered for; <see langword="null"/> where it shows rows.</param>
public sealed record IssuedView(
    string Name,
    string? Dataset,
    string Sql,
    ImmutableArray<string> Readers,
    bool IsAuthorized,
    SmallestGroup? SmallestGroup = null
);

/// <summary>A row rule as it is in the warehouse.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Sql">Its condition.</param>
/// <param name="Members">Whom it names; empty where the warehouse does not say.</param>
public sealed record IssuedRowRule(string Name, string Dataset, string Sql, ImmutableArray<string> Members);
