using HomeCloud.Cli;

return await CommandLine.RunAsync(args);
