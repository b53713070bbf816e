namespace HomeCloud.Cli.Api;

internal sealed record LayerInfo(string Id, string Status, long Current, long Total, bool IsDone);
