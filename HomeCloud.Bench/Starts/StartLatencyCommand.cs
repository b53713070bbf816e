using System.CommandLine;
using System.Globalization;
using HomeCloud.Bench.Report;
using HomeCloud.Lab;

namespace HomeCloud.Bench.Starts;

/// <summary><c>start-latency</c>: from <c>docker start</c> to the right answer, in the lab, embedded and through Redis.</summary>
internal static class StartLatencyCommand
{
    public const string Name = "start-latency";

    private static readonly (string Title, Func<StartSample, double> Value)[] Rows =
    [
        ("docker start returned -> right answer", sample => sample.ReturnedToAnswer),
        ("  the engine's event, made -> received", sample => sample.Event),
        ("  event received -> right answer", sample => sample.EventToAnswer),
        ("  docker inspect, by itself", sample => sample.Inspect),
        ("ours: event received -> answer, less an inspect", sample => sample.Ours),
    ];

    public static Command Create()
    {
        var starts = new Option<int>("--starts") { DefaultValueFactory = _ => 500, Description = "How many starts in each shape." };
        var shape = new Option<string>("--shape") { HelpName = "embedded|redis", Description = "Only this one." };
        var command = new Command(Name, "docker start -> right answer from DNS, in the lab, embedded and through Redis; needs root.") { starts, shape };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(starts), parsed.GetValue(shape)));
        return command;
    }

    private static async Task<int> RunAsync(int starts, string? only)
    {
        var shapes = only is null ? [LabShape.Embedded, LabShape.Redis] : new[] { Enum.Parse<LabShape>(only, ignoreCase: true) };
        Console.WriteLine(Machine.Describe());
        foreach (var shape in shapes)
        {
            var samples = await StartMeasurement.RunAsync(shape, starts, Console.Error.WriteLine).ConfigureAwait(false);
            var table = new Table($"{shape}, {samples.Count} starts, ms", "median", "p99", "worst");
            foreach (var (title, value) in Rows)
            {
                double[] sorted = [.. samples.Select(value).Order()];
                table.Add(title, Text(At(sorted, 0.5)), Text(At(sorted, 0.99)), Text(sorted[^1]));
            }

            Console.WriteLine();
            Console.Write(table.ToText());
        }

        Console.WriteLine("\nThe laptop asks once a millisecond. Aim for what is ours: median 5, p99 20.");
        return 0;
    }

    private static double At(double[] sorted, double part) => sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * part)];

    private static string Text(double milliseconds) => milliseconds.ToString("0.0", CultureInfo.InvariantCulture);
}
