using System.CommandLine;
using System.Globalization;
using HomeCloud.Bench.Report;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Bench.Starts;

/// <summary><c>start-latency</c>: from <c>docker start</c> to the right answer, in the lab, embedded and through Redis.</summary>
internal static class StartLatencyCommand
{
    public const string Name = "start-latency";

    private static readonly (string Title, Func<StartSample, double> Value)[] Rows =
    [
        ("docker start returned -> correct answer", sample => sample.ReturnedToAnswer),
        ("  engine event: sent -> received", sample => sample.Event),
        ("  event received -> correct answer", sample => sample.EventToAnswer),
        ("  docker inspect alone", sample => sample.Inspect),
        ("ours: event received -> answer, less an inspect", sample => sample.Ours),
    ];

    public static Command Create()
    {
        var starts = new Option<int>("--starts") { DefaultValueFactory = _ => 500, Description = "Number of starts in each shape." };
        var shape = new Option<string>("--shape") { HelpName = "embedded|redis", Description = "Measure only this shape." };
        var against = new Option<string?>("--against") { HelpName = "DIR", Description = "An earlier build, measured alternately with this one: a clone with HomeCloud.Agent and HomeCloud.Dns built, or a folder with the programs." };
        var command = new Command(Name, "Measure docker start -> correct answer from DNS, in the lab, embedded and through Redis; needs root.") { starts, shape, against };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(starts), parsed.GetValue(shape), parsed.GetValue(against)));
        return command;
    }

    private static async Task<int> RunAsync(int starts, string? only, string? against)
    {
        var shapes = only is null ? [LabShape.Embedded, LabShape.Redis] : new[] { Enum.Parse<LabShape>(only, ignoreCase: true) };
        Console.WriteLine(MachineDescription.Describe());
        foreach (var shape in shapes)
        {
            var builds = await StartMeasurement.RunAsync(shape, against is null ? [null] : [null, against], starts, Console.Error.WriteLine);
            Show($"{shape}{(against is null ? "" : ", this build")}, {starts} starts, ms", builds[0]);
            if (builds.Count == 1)
                continue;
            Show($"{shape}, earlier build, {starts} starts, ms", builds[1]);
            Compare($"{shape}, this build / earlier build", builds[0], builds[1]);
        }

        Console.WriteLine("\nThe laptop asks every millisecond. Goal for our part: median 5, p99 20.");
        return 0;
    }

    private static void Show(string title, List<StartSample> samples)
    {
        var table = new Table(title, "median", "p99", "worst");
        foreach (var (name, value) in Rows)
        {
            double[] sorted = [.. samples.Select(value).Order()];
            table.Add(name, Text(At(sorted, 0.5)), Text(At(sorted, 0.99)), Text(sorted[^1]));
        }

        Console.WriteLine();
        Console.Write(table.ToText());
    }

    private static void Compare(string title, List<StartSample> now, List<StartSample> earlier)
    {
        var table = new Table(title, "median", "p99");
        foreach (var (name, value) in Rows)
        {
            double[] left = [.. now.Select(value).Order()];
            double[] right = [.. earlier.Select(value).Order()];
            table.Add(name, Ratio(left, right, 0.5), Ratio(left, right, 0.99));
        }

        Console.WriteLine();
        Console.Write(table.ToText());
    }

    private static string Ratio(double[] now, double[] earlier, double part) =>
        At(earlier, part) > 0 ? (At(now, part) / At(earlier, part)).ToString("0.00", CultureInfo.InvariantCulture) + " x" : "-";

    private static double At(double[] sorted, double part) => sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * part)];

    private static string Text(double milliseconds) => milliseconds.ToString("0.0", CultureInfo.InvariantCulture);
}
