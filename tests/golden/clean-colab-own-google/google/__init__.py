QUIEN = 'mi paquete'
