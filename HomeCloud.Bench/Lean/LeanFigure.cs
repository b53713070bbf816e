using System.Globalization;
using HomeCloud.Bench.Measuring;

namespace HomeCloud.Bench.Lean;

/// <summary>One line of the table: ours beside another, and what it may be at most.</summary>
/// <param name="Title">For a person.</param>
/// <param name="Unit">Of the values.</param>
/// <param name="By">What the limit is of.</param>
/// <param name="Limit">Most that may be; null when there is no target.</param>
/// <param name="Ours">One value a round.</param>
/// <param name="Other">Whose the others are; empty for none.</param>
/// <param name="Theirs">One value a round.</param>
internal sealed record LeanFigure(string Title, string Unit, Comparing By, double? Limit, IReadOnlyList<double> Ours, string Other, IReadOnlyList<double> Theirs)
{
    /// <summary>Null when one of both was not measured.</summary>
    public double? Result => By switch
    {
        _ when Ours.Count == 0 || (By != Comparing.Alone && Theirs.Count == 0) => null,
        Comparing.Alone => Spread.Of(Ours).Median,
        Comparing.Difference => Spread.Of(Pairs((ours, theirs) => ours - theirs)).Median,
        _ => Spread.Of(Pairs((ours, theirs) => ours / theirs)).Median,
    };

    public string OursText => Text(Ours);

    public string TheirsText => Theirs.Count == 0 ? "" : $"{Text(Theirs)} ({Other})";

    public string ResultText => Result is not { } result ? "not measured" : By == Comparing.Ratio ? $"{Number(result)} ×" : $"{Number(result)} {Unit}";

    public string LimitText => Limit is not { } limit ? "" : By == Comparing.Ratio ? $"{Number(limit)} ×" : $"{Number(limit)} {Unit}";

    public string Verdict => (Result, Limit) switch
    {
        (null, _) or (_, null) => "",
        var (result, limit) => result <= limit ? "met" : "missed",
    };

    // Values of one round belong together; where each has its own number of rounds, the medians do.
    private List<double> Pairs(Func<double, double, double> pair) => Ours.Count == Theirs.Count
        ? [.. Ours.Zip(Theirs, pair)]
        : [pair(Spread.Of(Ours).Median, Spread.Of(Theirs).Median)];

    private string Text(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
            return "";
        var spread = Spread.Of(values);
        return $"{Number(spread.Median)}{(values.Count > 2 ? $" ±{Number((spread.High - spread.Low) / 2)}" : "")} {Unit}";
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "N0" : Math.Abs(value) >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}

internal enum Comparing
{
    /// <summary>Ours ÷ theirs.</summary>
    Ratio,

    /// <summary>Ours − theirs.</summary>
    Difference,

    /// <summary>Ours as it is.</summary>
    Alone,
}
