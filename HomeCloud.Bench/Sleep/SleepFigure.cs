using System.Globalization;
using HomeCloud.Bench.Measuring;

namespace HomeCloud.Bench.Sleep;

/// <summary>One line of the table: ours less another, and how much more it may be.</summary>
/// <param name="Title">For a person.</param>
/// <param name="Unit">Of the values.</param>
/// <param name="Ours">One value a round.</param>
/// <param name="Beside">One value a round; of the same round as ours.</param>
/// <param name="Limit">Most that the medians may differ by; null when there is no target.</param>
/// <param name="WorstLimit">Most that the worst may lie above the other's median; null when there is no target.</param>
internal sealed record SleepFigure(string Title, string Unit, IReadOnlyList<double> Ours, IReadOnlyList<double> Beside, double? Limit, double? WorstLimit = null)
{
    public string OursText => $"{Number(Median(Ours))} {Unit}";

    /// <summary>With fewer than a hundred rounds this is the slowest.</summary>
    public string WorstText => WorstLimit is null ? "" : $"{Number(Percentile99(Ours))} {Unit}";

    public string BesideText => $"{Number(Median(Beside))} {Unit}";

    public string DifferenceText => $"{Number(Difference)} {Unit}";

    public string LimitText => Limit is not { } limit ? "" : WorstLimit is { } worst ? $"{Number(limit)} {Unit}, p99 {Number(worst)} {Unit}" : $"{Number(limit)} {Unit}";

    public string Verdict => Limit is not { } limit ? "" : Difference <= limit && (WorstLimit is not { } worst || Percentile99(Ours) - Median(Beside) <= worst) ? "met" : "missed";

    private double Difference => Median(Ours) - Median(Beside);

    private static double Median(IReadOnlyCollection<double> values) => Spread.Of(values).Median;

    private static double Percentile99(IReadOnlyCollection<double> values) => values.Order().ElementAt((int)Math.Ceiling(values.Count * 0.99) - 1);

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 10 ? "N0" : "0.00", CultureInfo.InvariantCulture);
}
