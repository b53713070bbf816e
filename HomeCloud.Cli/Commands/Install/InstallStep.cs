namespace HomeCloud.Cli.Commands.Install;

/// <param name="Says">What will be done, as a person would say it.</param>
/// <param name="Do">Does it.</param>
internal sealed record InstallStep(string Says, Action Do);
