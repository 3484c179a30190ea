using System.Collections.Frozen;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>
/// The functions that a query may call. Nothing is here that reads files, catalogs, settings or variables, runs text, or makes much out
/// of little: those that make text longer stand apart, and are bounded (<see cref="BoundedText"/>).
/// </summary>
internal static class AllowedFunctions
{
    public static FrozenSet<string> Scalar { get; } =
        Names(
            // Operators.
            "+ - * / // % ** ^",
            // Numbers.
            "abs ceil ceiling floor round trunc sign sqrt cbrt exp ln log log10 log2 pow power mod greatest least pi sin cos tan asin acos "
                + "atan atan2 radians degrees isnan isinf isfinite add subtract multiply divide nullif ifnull",
            // Texts.
            "lower lcase upper ucase length len char_length character_length strlen bit_length trim ltrim rtrim substring substr left "
                + "right starts_with prefix suffix ends_with contains instr position strpos split_part reverse strip_accents ascii unicode "
                + "ord chr",
            // Times.
            "date_part date_trunc date_diff datediff date_sub datesub date_add year quarter month week weekofyear yearweek isoyear day "
                + "dayofmonth dayofweek weekday isodow dayofyear hour minute second millisecond microsecond epoch epoch_ms epoch_us last_day "
                + "monthname dayname make_date make_time make_timestamp make_timestamptz strptime try_strptime timezone time_bucket "
                + "to_timestamp age current_date today now current_timestamp get_current_timestamp transaction_timestamp to_years to_months "
                + "to_weeks to_days to_hours to_minutes to_seconds to_milliseconds to_microseconds",
            // Into the lists, maps and records that tables hold.
            "list_contains list_has array_contains array_has array_length element_at map_extract map_extract_value map_keys map_values "
                + "cardinality struct_extract unnest"
        );

    /// <summary>Their results may be longer than what they are given.</summary>
    public static FrozenSet<string> Growing { get; } = Names("|| concat concat_ws replace regexp_replace strftime");

    /// <summary>They take a pattern as their second argument, which is a literal or a parameter.</summary>
    public static FrozenSet<string> Matching { get; } =
        Names("~~ !~~ ~~* !~~* regexp_matches regexp_full_match regexp_extract regexp_replace");

    /// <summary>Of those, LIKE and its kin.</summary>
    public static FrozenSet<string> Like { get; } = Names("~~ !~~ ~~* !~~*");

    public static FrozenSet<string> Aggregate { get; } =
        Names(
            "count count_star sum fsum sum_kahan avg mean favg min max median mode quantile quantile_cont quantile_disc stddev stddev_pop "
                + "stddev_samp variance var_pop var_samp covar_pop covar_samp corr regr_slope regr_intercept regr_r2 skewness kurtosis "
                + "approx_count_distinct approx_quantile bool_and bool_or count_if countif any_value first last arg_min arg_max min_by "
                + "max_by"
        );

    public static FrozenSet<string> Window { get; } =
        Names(
            "row_number rank dense_rank rank_dense percent_rank cume_dist ntile lag lead first_value last_value nth_value"
        );

    /// <summary>Aggregates that tell of a group and of nobody in it, each with plain columns as arguments.</summary>
    public static FrozenSet<string> OfGroups { get; } =
        Names(
            "count count_star sum avg mean stddev stddev_pop stddev_samp variance var_pop var_samp covar_pop covar_samp corr"
        );

    /// <summary>Keys that group by more than a column.</summary>
    public static FrozenSet<string> OfKeys { get; } =
        Names("date_trunc date_part year quarter month week dayofweek isodow hour lower upper");

    /// <summary>Arguments beyond which a function gives a list, or opens options.</summary>
    public static int MostArguments(string name) =>
        name switch
        {
            "min" or "max" or "unnest" or "any_value" or "first" or "last" or "mode" => 1,
            "arg_min" or "arg_max" or "min_by" or "max_by" or "quantile" or "quantile_cont" or "quantile_disc" => 2,
            // What a vector of rows may take before the bound looks at it.
            "concat" or "concat_ws" => 8,
            _ => 16,
        };

    private static FrozenSet<string> Names(params string[] lists) =>
        lists.SelectMany(list => list.Split(' ')).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
