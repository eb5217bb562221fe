@"C:\Program Files\maxport\maxport.exe" check --format checkmk
