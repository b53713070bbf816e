using HomeCloud.Bench;

return BenchCommand.Create().Parse(args).Invoke();
