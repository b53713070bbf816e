using HomeCloud.Cli.Api;
using HomeCloud.Cli.Localization;
using Spectre.Console;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary>The layers of an image on their way: bars on a terminal, a line for each that has come elsewhere.</summary>
internal sealed class LayerLines
{
    private const int MostShown = 8;
    private const int BarWidth = 24;
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>Bars for those that are not here yet, the busiest first.</summary>
    public static IEnumerable<Markup> Bars(StepInfo step)
    {
        if (step.State != "running" || step.Layers is not { Length: > 0 } layers)
            yield break;

        foreach (var layer in layers.Where(l => !l.IsDone).OrderByDescending(l => l.Current > 0).Take(MostShown))
        {
            var filled = layer.Total > 0 ? (int)Math.Clamp(BarWidth * layer.Current / layer.Total, 0, BarWidth) : 0;
            var size = layer.Total > 0 ? " " + Translation.Text($"{Show.Bytes(layer.Current)} of {Show.Bytes(layer.Total)}") : "";
            yield return new Markup($"    [grey]{Show.Safe(layer.Id)}[/] [blue]{new string('━', filled)}[/][grey]{new string('━', BarWidth - filled)}[/] {Show.Safe(layer.Status)}[grey]{size}[/]");
        }

        yield return new Markup("    [grey]" + Translation.Text($"{layers.Count(l => l.IsDone)} of {layers.Length} layers are present") + "[/]");
    }

    /// <summary>A line for each layer that has come since the last call.</summary>
    public IEnumerable<string> Fresh(StepInfo step)
    {
        var layers = step.Layers ?? [];
        foreach (var layer in layers.Where(l => l.IsDone && _told.Add(l.Id)))
            yield return Translation.Text($"{step.Milliseconds / 1000.0,6:0.00} s    layer {Show.Plain(layer.Id)}: {Show.Plain(layer.Status)} ({_told.Count} of {layers.Length})");
    }
}
