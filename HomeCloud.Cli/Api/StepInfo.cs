namespace HomeCloud.Cli.Api;

internal sealed record StepInfo(int Sequence, string Step, string State, string Text, long Milliseconds, int? Percent, LayerInfo[]? Layers);
